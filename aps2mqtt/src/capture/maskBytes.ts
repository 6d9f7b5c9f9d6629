import type { Alias } from './alias.ts';

/** In place of each ASCII number of 12 digits or more, whatever it stands for. */
export function maskNumbers(bytes: Buffer, from: number, to: number, alias: Alias): void {
  for (const { 0: digits, index } of bytes.toString('latin1', from, to).matchAll(/\d{12,}/g)) {
    bytes.write(alias(digits), from + index, 'latin1');
  }
}

/** In place of an id wherever it stands, in ASCII and in BCD. */
export function maskEverywhere(bytes: Buffer, id: string, alias: Alias): void {
  for (const encoding of ['latin1', 'hex'] as const) {
    const plain = Buffer.from(id, encoding);
    for (let at = bytes.indexOf(plain); at >= 0; at = bytes.indexOf(plain, at + 1)) {
      bytes.write(alias(id), at, encoding);
    }
  }
}

/** Nothing stays but how long it was, and zeros, which say nothing. */
export function wipe(bytes: Buffer, from: number, to: number): void {
  for (let at = from; at < Math.min(to, bytes.length); at++) {
    bytes[at] = bytes[at] === 0 ? 0 : 0xaa;
  }
}
