import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { language, words } from './words.ts';

export interface Curve {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly kind: 'line' | 'dashed' | 'bars';
}

interface ChartProps {
  readonly title: string;
  readonly unit: string;
  /** ms since 1970, as if the site's own time were UTC's. */
  readonly times: readonly number[];
  readonly curves: readonly Curve[];
  /** What one step is. */
  readonly step: 'minutes' | 'days' | 'months';
}

const HEIGHT = 170;
const DAY_MS = 86_400_000;
/** px that a month takes, in the language with the longest ones. */
const MONTH_WIDTH = 80;

/** Curves, by uPlot, which comes when the first panel is opened. */
export function Chart({ title, unit, times, curves, step }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let plot: uPlot | null = null;
    let isGone = false;
    const { current } = place;
    const draw = async () => {
      const { default: Plot } = await import('uplot');
      if (current === null || isGone) {
        return;
      }
      plot?.destroy();
      plot = new Plot(
        settings(Plot, current, { title, unit, times, curves, step }),
        [times.map((time) => time / 1_000), ...curves.map(({ values }) => [...values])],
        current,
      );
    };
    const resize = new ResizeObserver(() => plot?.setSize({ width: current?.clientWidth ?? 300, height: HEIGHT }));
    if (current !== null) {
      resize.observe(current);
    }
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => void draw();
    dark.addEventListener('change', redraw);
    void draw();
    return () => {
      isGone = true;
      resize.disconnect();
      dark.removeEventListener('change', redraw);
      plot?.destroy();
    };
  }, [unit, times, curves, step]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={place} role="img" aria-label={`${title}: ${curves.map(({ name }) => name).join(', ')}`} />
    </figure>
  );
}

/** In seconds, as many as there is room for. @param width of the chart, px */
function someOf(times: readonly number[], width: number): number[] {
  const every = Math.ceil(times.length / Math.max(1, Math.floor(width / MONTH_WIDTH)));
  return times.filter((_, index) => index % every === 0).map((time) => time / 1_000);
}

function settings(Plot: typeof uPlot, place: HTMLElement, { unit, times, curves, step }: ChartProps): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--rule'), width: 1 }, ticks: { show: false } };
  const dates: Readonly<Record<ChartProps['step'], Intl.DateTimeFormatOptions>> = {
    minutes: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' },
    days: { day: 'numeric', month: 'numeric', timeZone: 'UTC' },
    months: { month: 'short', year: '2-digit', timeZone: 'UTC' },
  };
  const half = step === 'minutes' ? 0 : ((times[1] ?? DAY_MS) - (times[0] ?? 0)) / 2_000;
  const date = new Intl.DateTimeFormat(language, dates[step]);
  const bars = Plot.paths.bars?.({ size: [0.7, 40] });
  return {
    width: place.clientWidth || 300,
    height: HEIGHT,
    cursor: { drag: { x: false, y: false } },
    legend: { show: true, live: true },
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1_000), 'UTC'),
    scales: {
      // Half a bar more at either end.
      x: { range: (_, min, max) => (half === 0 ? [min, max] : [min - half, max + half]) },
      y: { range: (_, __, max) => [0, Math.max(max, 0.1) * 1.08] },
    },
    axes: [
      // Left alone, it would write a month as often as there is room for.
      {
        ...axis,
        size: 30,
        ...(step === 'months' ? { splits: ({ width }: uPlot) => someOf(times, width) } : {}),
        values: (_, splits) => splits.map((split) => date.format(split * 1_000)),
      },
      { ...axis, size: 46, values: (_, splits) => splits.map((split) => `${split}`) },
    ],
    series: [
      {
        value: (_, time) => (time === null ? '–' : date.format(time * 1_000)),
        label: step === 'minutes' ? words.time : words.day,
      },
      ...curves.map(({ name, kind }, index) => ({
        label: name,
        value: (_: uPlot, value: number | null) => (value === null ? '–' : `${Math.round(value * 100) / 100} ${unit}`),
        stroke: colour(index === 0 ? '--accent' : '--quiet'),
        width: kind === 'bars' ? 0 : 2,
        spanGaps: false,
        points: { show: false },
        ...(kind === 'dashed' ? { dash: [6, 5] } : {}),
        ...(kind === 'bars' ? { fill: colour('--accent'), ...(bars === undefined ? {} : { paths: bars }) } : {}),
        ...(kind === 'line' ? { fill: colour('--accent-soft') } : {}),
      })),
    ],
  };
}
