/** A query as an ECU understands it. */
export interface EcuRequest {
  /** Four digits. */
  readonly command: string;
  /** The 12 digits that it carries; null where it carries none. */
  readonly ecuId: string | null;
}

/** What a simulated ECU answers with. */
export interface ReplySource {
  /** @returns null where an ECU gives no answer at all */
  reply(request: EcuRequest): Buffer | null;
}

const HEAD_BYTES = 13;
const ID_BYTES = 12;
/** Only the summary's query goes without an id: it is how a client gets to know the id. */
const WITHOUT_ID = '0001';

/**
 * Takes the first query out of what has been received. Like an RTOS ECU it looks at APS, the command and the id, and at
 * neither the length nor END.
 *
 * @returns the query, or null while it is not whole, and the bytes behind it
 */
export function takeRequest(received: Buffer): { readonly request: EcuRequest | null; readonly rest: Buffer } {
  const start = received.indexOf('APS');
  if (start < 0) {
    return { request: null, rest: received.subarray(Math.max(0, received.length - 2)) };
  }
  const bytes = received.subarray(start);
  const command = bytes.toString('latin1', 9, HEAD_BYTES);
  const size = command === WITHOUT_ID ? HEAD_BYTES : HEAD_BYTES + ID_BYTES;
  if (bytes.length < size) {
    return { request: null, rest: bytes };
  }
  const ecuId = command === WITHOUT_ID ? null : bytes.toString('latin1', HEAD_BYTES, size);
  return { request: { command, ecuId }, rest: bytes.subarray(size) };
}
