import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Day, getDay, getDays, type State } from './api.ts';
import { type Timeline, timelineOf, withNewest } from './timeline.ts';

/** The day of the newest round, by the ECU's clock. */
export function todayOf(state: State | null): string {
  const rounds = state?.ecus.flatMap(({ poll_round }) => poll_round ?? []) ?? [];
  return rounds.sort().at(-1)?.slice(0, 10) ?? localDay(new Date());
}

function localDay(date: Date): string {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

interface Past {
  /** Of the day that is shown; null where nothing is kept of it. */
  readonly timeline: Timeline | null;
  readonly newest: Timeline | null;
  readonly days: readonly string[];
}

/** A gap in today's rounds after which the whole day is asked for again, ms. */
const GAP_MS = 15 * 60_000;

/** The days that are kept, and the rounds of the one that is shown. */
export function usePast(state: State | null, day: string, today: string): Past {
  const [days, setDays] = useState<readonly string[] | null>(null);
  const [now, setNow] = useState<Day | null>(null);
  const [then, setThen] = useState<Day | null>(null);
  const hasState = state !== null;
  useEffect(() => {
    if (hasState) {
      getDays().then(setDays, () => setDays([]));
    }
  }, [hasState, today]);
  useEffect(() => {
    if (state === null || days === null) {
      return;
    }
    const last = now?.ecus
      .flatMap(({ rounds }) => rounds.at(-1) ?? [])
      .sort()
      .at(-1);
    const isLate = last === undefined || now?.day !== today || Date.parse(state.now) - Date.parse(last) > GAP_MS;
    if (isLate && (days.includes(today) || now?.day === today)) {
      getDay(today).then(
        (read) => setNow(withNewest(read, state)),
        () => setNow(withNewest(null, state)),
      );
    } else {
      setNow(withNewest(now, state));
    }
  }, [state, days]);
  useEffect(() => {
    setThen(null);
    if (day !== today && days?.includes(day)) {
      getDay(day).then(setThen, () => setThen(null));
    }
  }, [day, today, days]);
  const newest = useMemo(
    () => (now === null || now.ecus.every(({ rounds }) => rounds.length === 0) ? null : timelineOf(now)),
    [now],
  );
  const past = useMemo(() => (then === null || then.day !== day ? null : timelineOf(then)), [then, day]);
  return { timeline: day === today ? newest : past, newest, days: days ?? [] };
}
