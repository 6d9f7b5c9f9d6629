/** How the drawing looks where it does not depend on values: the same words in the picture and on the page. */

export type Theme = 'light' | 'dark' | 'auto';
export const THEMES: readonly Theme[] = ['light', 'dark', 'auto'];

/** Ink, quiet ink, ground, offline panel, its ink, hatch, its ground, mark of an alarm. */
const LIGHT = '.r{--i:#1c2430;--q:#5b6675;--g:#f6f7f9;--o:#c6ccd4;--p:#3c4652;--h:#7b8694;--u:#e4e8ed;--m:#c4161c}';
const DARK = '.r{--i:#eef1f5;--q:#9aa6b5;--g:#12161d;--o:#3b434e;--p:#c3cbd6;--h:#8591a1;--u:#222933;--m:#ff5d55}';

const SHAPES = [
  '.r text{font:600 30px system-ui,-apple-system,Roboto,sans-serif;text-anchor:middle;fill:var(--i)}',
  '.r g path{stroke:#fff;stroke-opacity:.14;stroke-width:1.5}',
  '.r .w text{fill:#fff}.r .b text{fill:#10131a}.r .o path{fill:var(--o)}.r .o text{fill:var(--p)}',
  '.r .u path{fill:url(#h);stroke:var(--h);stroke-opacity:1;stroke-width:2;stroke-dasharray:7 5}.r .u text{fill:var(--i)}',
  '.r .n{font-size:15px;font-weight:500;opacity:.85}',
  '.r .s,.r .f{font-size:26px;text-anchor:start}.r .t{font-size:26px;text-anchor:end;font-weight:400;fill:var(--q)}',
  '.r .m{fill:var(--m);stroke:var(--g);stroke-width:3}.r .x,.r .b .x,.r .w .x,.r .o .x{font-size:24px;fill:var(--g);font-weight:800}',
  '.r .g{fill:var(--g)}.r .hg{fill:var(--u)}.r .hl{stroke:var(--h);stroke-width:4}',
].join('');

/** Style rules of the drawing. @param theme `auto` follows the reader's own setting */
export function roofStyle(theme: Theme): string {
  const colours =
    theme === 'auto' ? `${LIGHT}@media(prefers-color-scheme:dark){${DARK}}` : theme === 'dark' ? DARK : LIGHT;
  return colours + SHAPES;
}
