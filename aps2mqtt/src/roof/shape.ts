/** An element of SVG, as data: the picture is printed from it, and the page makes elements of it. */
export interface Shape {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Shape | string)[];
}

export function shape(
  tag: string,
  attributes: Readonly<Record<string, string | number | null>> = {},
  children: readonly (Shape | string)[] = [],
): Shape {
  const set = Object.entries(attributes).filter((entry): entry is [string, string | number] => entry[1] !== null);
  return { tag, attributes: Object.fromEntries(set), children };
}

/** As XML. Whatever stands in texts and attributes stays text. */
export function printShape({ tag, attributes, children }: Shape): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  const open = `<${tag}${written.join('')}`;
  const inner = children.map((child) => (typeof child === 'string' ? escaped(child) : printShape(child)));
  return inner.length === 0 ? `${open}/>` : `${open}>${inner.join('')}</${tag}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Without characters that XML can't hold at all. */
function escaped(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n]|[\p{Cs}\uFFFE\uFFFF]/gu, '')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
