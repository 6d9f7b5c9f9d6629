import { h, type VNode } from 'preact';
import type { Shape } from '../src/roof/shape.ts';

/** The drawing as elements of the page. */
export function elementOf({ tag, attributes, children }: Shape): VNode {
  return h(
    tag,
    { ...attributes, key: attributes['data-panel'] },
    children.map((child) => (typeof child === 'string' ? child : elementOf(child))),
  );
}

/** The panel that an event is about; null for none. */
export function panelAt(event: Event): string | null {
  const target = event.target instanceof Element ? event.target.closest('[data-panel]') : null;
  return target?.getAttribute('data-panel') ?? null;
}
