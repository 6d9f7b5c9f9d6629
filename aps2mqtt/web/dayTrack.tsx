import { useEffect, useRef, useState } from 'preact/hooks';
import { clockOf, dayOf, watts } from './format.ts';
import type { Timeline } from './timeline.ts';
import { words } from './words.ts';

interface TrackProps {
  readonly timeline: Timeline | null;
  /** Null for now. */
  readonly index: number | null;
  readonly onIndex: (index: number | null) => void;
  readonly day: string;
  readonly days: readonly string[];
  readonly today: string;
  readonly onDay: (day: string) => void;
}

const WIDTH = 1_000;
const HEIGHT = 100;
/** A whole day plays in about so long, ms. */
const PLAYS_MS = 12_000;

/** The day under the roof: its curve is the slider's track. */
export function DayTrack({ timeline, index, onIndex, day, days, today, onDay }: TrackProps) {
  const [isPlaying, setPlaying] = useState(false);
  const last = (timeline?.stamps.length ?? 0) - 1;
  const shown = index ?? last;
  const at = useRef(shown);
  at.current = shown;
  useEffect(() => setPlaying(false), [day]);
  useEffect(() => {
    if (!isPlaying || last < 1) {
      return;
    }
    const timer = window.setInterval(
      () => {
        if (at.current >= last) {
          setPlaying(false);
        } else {
          onIndex(at.current + 1);
        }
      },
      Math.max(33, PLAYS_MS / last),
    );
    return () => window.clearInterval(timer);
  }, [isPlaying, last, onIndex]);

  const play = () => {
    if (!isPlaying && shown >= last) {
      onIndex(0);
    }
    setPlaying(!isPlaying);
  };
  const step = (by: number) => {
    const all = [...new Set([...days, today])].sort();
    const next = by < 0 ? all.filter((one) => one < day).at(-1) : all.find((one) => one > day);
    if (next !== undefined) {
      onDay(next);
    }
  };
  const stamp = timeline?.stamps[shown];
  return (
    <div class="day">
      <div class="row">
        <button
          type="button"
          class="icon"
          aria-label={words.dayBefore}
          disabled={!days.some((one) => one < day)}
          onClick={() => step(-1)}
        >
          ‹
        </button>
        <label class="date">
          <span>{dayOf(day)}</span>
          <input
            type="date"
            aria-label={words.day}
            value={day}
            min={days[0] ?? today}
            max={today}
            onChange={(event) => event.currentTarget.value !== '' && onDay(event.currentTarget.value)}
          />
        </label>
        <button type="button" class="icon" aria-label={words.dayAfter} disabled={day >= today} onClick={() => step(1)}>
          ›
        </button>
        <button
          type="button"
          class="icon play"
          aria-label={isPlaying ? words.stop : words.play}
          disabled={last < 1}
          onClick={play}
        >
          {isPlaying ? '❚❚' : '▶'}
        </button>
        <output class="moment">
          {stamp === undefined ? '' : `${clockOf(stamp)} · ${watts(Math.round(timeline?.totals[shown] ?? 0))}`}
        </output>
        {(index !== null || day !== today) && (
          <button type="button" class="now" onClick={() => (day === today ? onIndex(null) : onDay(today))}>
            {words.now}
          </button>
        )}
      </div>
      {timeline === null || last < 0 ? (
        <p class="quiet">{words.noDay}</p>
      ) : (
        <Track timeline={timeline} shown={shown} onIndex={onIndex} isToday={day === today} />
      )}
    </div>
  );
}

interface CurveProps {
  readonly timeline: Timeline;
  readonly shown: number;
  readonly onIndex: (index: number | null) => void;
  readonly isToday: boolean;
}

function Track({ timeline, shown, onIndex, isToday }: CurveProps) {
  const { times, totals, stamps } = timeline;
  const last = times.length - 1;
  const [first = 0, end = 1] = [times[0], times[last]];
  const top = Math.max(1, ...totals);
  const x = (index: number) =>
    last === 0 ? WIDTH : (((times[index] ?? first) - first) / Math.max(1, end - first)) * WIDTH;
  const points = totals.map(
    (total, index) => `${x(index).toFixed(1)} ${(HEIGHT - (total / top) * (HEIGHT - 8)).toFixed(1)}`,
  );
  const line = points.length === 1 ? `0 ${HEIGHT}L${WIDTH} ${HEIGHT}` : points.join('L');
  // The newest of today is "now": it goes on by itself.
  const go = (index: number) => onIndex(isToday && index >= last ? null : Math.min(last, Math.max(0, index)));
  const drag = (event: PointerEvent & { currentTarget: Element }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const wanted = first + ((event.clientX - box.left) / box.width) * (end - first);
    go(nearestTo(times, wanted));
  };
  const keys: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -12,
    PageUp: 12,
    Home: -last,
    End: last,
  };
  const hours = stamps.flatMap((stamp, index) => {
    const isNew = index > 0 && stamp.slice(11, 13) !== stamps[index - 1]?.slice(11, 13);
    return isNew && Number(stamp.slice(11, 13)) % 3 === 0 ? [{ index, text: clockOf(`${stamp.slice(0, 14)}00`) }] : [];
  });
  return (
    <div
      class="track"
      role="slider"
      tabIndex={0}
      aria-label={words.time}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={shown}
      aria-valuetext={`${clockOf(stamps[shown] ?? '')}, ${watts(Math.round(totals[shown] ?? 0))}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && drag(event)}
      onKeyDown={(event) => {
        const by = keys[event.key];
        if (by !== undefined) {
          event.preventDefault();
          go(shown + by);
        }
      }}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path class="area" d={`M0 ${HEIGHT}L${line}L${WIDTH} ${HEIGHT}z`} />
        <path class="line" d={`M${line}`} />
        <path class="hand" d={`M${x(shown)} 0V${HEIGHT}`} />
      </svg>
      <div class="hours" aria-hidden="true">
        {hours.map(({ index, text }) => (
          <span key={text} ref={(element) => element?.style.setProperty('left', `${x(index) / 10}%`)}>
            {text}
          </span>
        ))}
      </div>
    </div>
  );
}

function nearestTo(times: readonly number[], wanted: number): number {
  return times.reduce(
    (best, time, index) => (Math.abs(time - wanted) < Math.abs((times[best] ?? 0) - wanted) ? index : best),
    0,
  );
}
