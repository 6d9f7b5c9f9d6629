import { createHash } from 'node:crypto';

/** Gives a number its made-up one: the same one always, and as long. */
export type Alias = (id: string) => string;

const ID_DIGITS = 12;
/** Digits of an id that tell its model: four of an ECU's (they begin with 2, no inverter's does), three of an inverter's. */
const modelDigits = (id: string) => (id.startsWith('2') ? 4 : 3);

/**
 * Of an id only the digits that tell its model stay, of any other number none. What is no digit stays, so that an id
 * that is garbled still shows it.
 *
 * @param salt whoever knows it can find the numbers by trying all
 */
export function aliases(salt: string): Alias {
  return (id) => {
    const kept = id.length === ID_DIGITS ? modelDigits(id) : 0;
    const hash = createHash('sha256').update(salt).update(id).digest();
    return id.replace(/\d/g, (digit, at: number) => (at < kept ? digit : String((hash[at % hash.length] ?? 0) % 10)));
  };
}
