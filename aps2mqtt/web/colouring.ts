import type { DrawnRoof } from '../src/roof/drawing.ts';
import { type Layout, panelKey } from '../src/roof/layout.ts';
import type { DrawnPanel } from '../src/roof/panelShape.ts';
import type { RoofPanel } from '../src/roof/panels.ts';
import { topOf } from '../src/roof/picture.ts';
import type { State } from './api.ts';
import { alarmWords, amount, kilowattHours, number } from './format.ts';
import type { Timeline } from './timeline.ts';
import { words } from './words.ts';

export const MODES = ['power', 'energy', 'side', 'past'] as const;
export type Mode = (typeof MODES)[number];

/** A moment to show: now, or a place in a day. */
export interface Moment {
  readonly timeline: Timeline;
  readonly index: number;
}

/** A panel with what the moment knows of it. */
export interface ShownPanel {
  readonly panel: RoofPanel;
  readonly power: number | null;
  /** kWh of the day until the moment. */
  readonly energy: number | null;
  /** % of the best of its side. */
  readonly share: number | null;
  readonly ratio: number | null;
  readonly isOffline: boolean;
}

export interface Colouring {
  readonly roof: DrawnRoof;
  readonly shown: ReadonlyMap<string, ShownPanel>;
  /** Ends of the scale, in words. */
  readonly ends: readonly [low: string, high: string];
}

/** % of the best where the scale of shares begins, and around 100 % where that of the past does. */
const PAST_RANGE = [50, 110] as const;
const LEAST_KWH = 0.5;

/**
 * How each panel looks.
 *
 * @param moment null for now
 * @param today of the day's powers, for energies that nobody counted
 */
export function colourPanels(
  state: State,
  layout: Layout,
  mode: Mode,
  moment: Moment | null,
  today: Timeline | null,
): Colouring {
  const shown = shownPanels(state, layout, moment, today);
  const values = [...shown.values()];
  const top = scaleTop(mode, values, moment?.timeline ?? today);
  const panels = new Map(values.map((one) => [keyOf(one), drawn(one, mode, top, layout, moment === null)]));
  return { roof: { scale: mode === 'past' ? 'past' : 'sun', panels }, shown, ends: endsOf(mode, top) };
}

function shownPanels(
  state: State,
  layout: Layout,
  moment: Moment | null,
  today: Timeline | null,
): Map<string, ShownPanel> {
  const sides = new Map(layout.panels.map(({ inverter, panel, side }) => [panelKey(inverter, panel), side]));
  const list = state.panels.map((panel) => {
    const key = panelKey(panel.inverter, panel.panel);
    if (moment === null) {
      const counted = panel.today_energy ?? today?.energyUntil(today.stamps.length - 1, key) ?? null;
      return { panel, key, power: panel.power, energy: counted, isOffline: panel.state === 'offline' };
    }
    const { power, isOffline } = moment.timeline.at(moment.index, key);
    return { panel, key, power, isOffline, energy: moment.timeline.energyUntil(moment.index, key) };
  });
  const best = new Map<string | null, number>();
  for (const { key, power } of list) {
    const side = sides.get(key) ?? null;
    best.set(side, Math.max(best.get(side) ?? 0, power ?? 0));
  }
  return new Map(
    list.map(({ panel, key, power, energy, isOffline }) => {
      const most = best.get(sides.get(key) ?? null) ?? 0;
      const share = power === null || most === 0 ? null : (power / most) * 100;
      return [key, { panel, power, energy, isOffline, share, ratio: panel.ratio }];
    }),
  );
}

function scaleTop(mode: Mode, values: readonly ShownPanel[], day: Timeline | null): number {
  switch (mode) {
    case 'power':
      // The day's highest, so that dragging through it is like a day, and not each moment like noon.
      return topOf([day?.peak ?? 0, ...values.map(({ power }) => power)]);
    case 'energy':
      return Math.max(LEAST_KWH, ...values.map(({ energy }) => energy ?? 0));
    default:
      return 100;
  }
}

function drawn(one: ShownPanel, mode: Mode, top: number, layout: Layout, isNow: boolean): DrawnPanel {
  const { panel, isOffline, power } = one;
  const value = valueIn(one, mode);
  const isGrey = isOffline && mode !== 'past' && mode !== 'energy';
  const alarm = isNow ? panel.alarm : null;
  const told = isOffline ? words.offline : power === null ? words.unknown : amount(power, 'W');
  const extra = mode === 'power' || value === null ? '' : `, ${valueWords(value, mode)}`;
  const problem = alarm === null ? '' : `, ${words.alarm}: ${alarmWords(alarm.kind, alarm.reason)}`;
  const missing = mode === 'past' && value === null ? `, ${words.notJudged}` : '';
  return {
    text: isGrey ? '–' : value === null ? '?' : shortValue(value, mode),
    label: `${titleOf(panel, layout)}: ${told}${extra}${missing}${problem}`,
    share: value === null ? null : shareOf(value, mode, top),
    isOffline: isGrey,
    hasAlarm: alarm !== null,
  };
}

/** Such as "DS3 704000000011, panel 1". */
export function titleOf({ family, inverter, panel }: RoofPanel, layout: Layout): string {
  const name = layout.panels.find((one) => one.inverter === inverter && one.panel === panel)?.name ?? '';
  return `${family ?? words.inverter} ${inverter}, ${words.panel} ${panel}${name === '' ? '' : ` (${name})`}`;
}

function valueIn({ power, energy, share, ratio }: ShownPanel, mode: Mode): number | null {
  return { power, energy, side: share, past: ratio }[mode];
}

function shortValue(value: number, mode: Mode): string {
  return mode === 'energy' ? number(value, value < 10 ? 2 : 1) : number(value);
}

function valueWords(value: number, mode: Mode): string {
  return mode === 'energy' ? kilowattHours(value) : `${number(value)} %`;
}

function shareOf(value: number, mode: Mode, top: number): number {
  const [low, high] = mode === 'past' ? PAST_RANGE : [0, top];
  return (value - low) / (high - low);
}

function endsOf(mode: Mode, top: number): readonly [string, string] {
  switch (mode) {
    case 'power':
      return ['0 W', amount(top, 'W')];
    case 'energy':
      return ['0 kWh', amount(top, 'kWh', 1)];
    case 'side':
      return ['0 %', '100 %'];
    case 'past':
      return [`${PAST_RANGE[0]} %`, `${PAST_RANGE[1]} %`];
  }
}

const keyOf = ({ panel }: ShownPanel) => panelKey(panel.inverter, panel.panel);
