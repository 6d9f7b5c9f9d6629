/** What a look through the networks has found. */
export interface ScanResult {
  /** Where was looked, such as `192.168.1.0/24`. */
  readonly networks: readonly string[];
  readonly found: readonly {
    readonly host: string;
    /** Null where something else answers. */
    readonly ecu: string | null;
    readonly model: string | null;
    readonly inverters: number | null;
    readonly problem: string | null;
  }[];
}
