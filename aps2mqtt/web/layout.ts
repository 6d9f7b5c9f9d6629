import { useEffect, useState } from 'preact/hooks';
import { EMPTY_LAYOUT, type Layout, panelKey } from '../src/roof/layout.ts';
import { getLayout, type State } from './api.ts';

/** The layout in force; asked for again when there are panels that it does not know. */
export function useLayout(state: State | null): readonly [Layout, (layout: Layout) => void] {
  const [layout, setLayout] = useState<Layout | null>(null);
  const known = new Set(layout?.panels.map(({ inverter, panel }) => panelKey(inverter, panel)));
  const missing = (state?.panels ?? [])
    .map(({ inverter, panel }) => panelKey(inverter, panel))
    .filter((key) => !known.has(key));
  const news = layout === null ? '' : missing.join();
  useEffect(() => {
    // At once, beside the state: the roof needs both.
    if (news !== '' || layout === null) {
      getLayout().then(setLayout, () => {});
    }
  }, [news, layout === null ? state : null]);
  return [layout ?? EMPTY_LAYOUT, setLayout];
}
