/** A file of the page, compressed when the program was built. */
export interface PageFile {
  readonly type: string;
  /** gzip as base64. */
  readonly gzip: string;
}

declare const PAGE: Readonly<Record<string, PageFile>>;

/** By name; set by the bundler from web/. Without it, as in tests of the parts, there is no page. */
export const pageFiles = (): Readonly<Record<string, PageFile>> => (typeof PAGE === 'object' ? PAGE : {});
