import { useEffect, useRef } from 'preact/hooks';
import type { Layout } from '../src/roof/layout.ts';
import { messageOf, putLayout } from './api.ts';
import { fill, words } from './words.ts';

/** What changes is saved when nothing has changed for so long, ms. */
const SETTLES_MS = 500;

/** Saves each change by itself. @returns what saves at once */
export function useSaving(
  layout: Layout,
  onLayout: (layout: Layout) => void,
  tell: (message: string) => void,
): () => Promise<void> {
  const saved = useRef(layout);
  const newest = useRef(layout);
  newest.current = layout;
  const save = async () => {
    const [before, next] = [saved.current, newest.current];
    if (before === next) {
      return;
    }
    try {
      saved.current = next;
      onLayout(next);
      tell((await putLayout(next)) ? words.saved : words.savedUntil);
    } catch (error) {
      // The next change, or the end of arranging, tries again.
      saved.current = before;
      tell(fill(words.notSaved, messageOf(error)));
    }
  };
  useEffect(() => {
    const timer = window.setTimeout(() => void save(), SETTLES_MS);
    return () => window.clearTimeout(timer);
  }, [layout]);
  // Who leaves in the middle of it loses nothing either.
  useEffect(() => () => void save(), []);
  return save;
}
