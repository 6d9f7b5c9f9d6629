import { useEffect, useRef, useState } from 'preact/hooks';
import { getState, messageOf, type State } from './api.ts';

const EVERY_MS = 60_000;

export interface Live {
  readonly state: State | null;
  /** When it came, by our own clock: ms. */
  readonly at: number;
  /** Why the last request failed; null when it did not. */
  readonly problem: string | null;
}

/** Asks once a minute while somebody looks, and at once when somebody looks again. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ state: null, at: 0, problem: null });
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => {
    let isAsking = false;
    const ask = async () => {
      window.clearTimeout(timer.current);
      if (document.hidden || isAsking) {
        return;
      }
      isAsking = true;
      try {
        const state = await getState();
        setLive({ state, at: Date.now(), problem: null });
      } catch (error) {
        setLive((before) => ({ ...before, problem: messageOf(error) }));
      }
      isAsking = false;
      timer.current = window.setTimeout(ask, EVERY_MS);
    };
    document.addEventListener('visibilitychange', ask);
    void ask();
    return () => {
      document.removeEventListener('visibilitychange', ask);
      window.clearTimeout(timer.current);
    };
  }, []);
  return live;
}
