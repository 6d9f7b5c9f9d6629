/** What those who watch over ECUs tell. An id is null while nobody knows which ECU it is. */
export interface Watching {
  /** It is asked again then. */
  waits(ecuId: string | null, until: Date): void;
  /** A poll failed. */
  failed(ecuId: string | null, reason: string): void;
  /** It rests until then; null for by day. */
  rests(ecuId: string, until: Date | null): void;
}
