/** A number from 0 up to 1 that depends on the text alone: a simulated site looks the same on every run. */
export function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  // Texts that differ in their last letter only are still near each other here.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** `count` decimal digits that depend on the text alone. */
export function digitsOf(text: string, count: number): string {
  return Array.from({ length: count }, (_, index) => Math.floor(fractionOf(`${text}#${index}`) * 10)).join('');
}
