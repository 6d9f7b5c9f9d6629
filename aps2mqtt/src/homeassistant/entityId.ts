/** Letters that don't fall apart into an ASCII one and its marks, as Home Assistant's slugs write them. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['ł', 'l'],
  ['þ', 'th'],
  ['ı', 'i'],
]);

/**
 * The entity id that Home Assistant gives an entity of these names by itself, so that it is the same in every language.
 *
 * @param platform such as `sensor`
 * @returns null where its way to write these letters is not known
 */
export function defaultEntityId(platform: string, deviceName: string, name: string): string | null {
  const plain = `${deviceName} ${name}`
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{ASCII}]/gu, (letter) => LETTERS.get(letter) ?? letter);
  if (/[^\p{ASCII}]/u.test(plain.replaceAll(/[\p{P}\p{S}\p{Z}]/gu, ' '))) {
    return null;
  }
  // An apostrophe leaves no gap.
  const slug = plain.replaceAll(/['\u2019]/g, '').replaceAll(/[^a-z0-9]+/g, '_');
  return `${platform}.${slug.replaceAll(/^_|_$/g, '')}`;
}
