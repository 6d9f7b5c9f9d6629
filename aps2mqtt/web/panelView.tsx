import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Layout, panelKey } from '../src/roof/layout.ts';
import { GOOD_DAYS_TO_JUDGE } from '../src/site/verdict.ts';
import { type Energies, getEnergies, type State } from './api.ts';
import { Chart, type Curve } from './chart.tsx';
import { type Moment, type ShownPanel, titleOf } from './colouring.ts';
import { alarmWords, amount, kilowattHours, timeOf } from './format.ts';
import type { Timeline } from './timeline.ts';
import { fill, words } from './words.ts';

interface PanelProps {
  readonly shown: ShownPanel;
  readonly state: State;
  readonly layout: Layout;
  readonly timeline: Timeline | null;
  readonly moment: Moment | null;
  readonly onClose: () => void;
}

const MONTH_DAYS = 31;

/** All about one panel. */
export function PanelView({ shown, state, layout, timeline, moment, onClose }: PanelProps) {
  const { panel } = shown;
  const key = panelKey(panel.inverter, panel.panel);
  const energies = useEnergies(key);
  const curve = useMemo(() => (timeline === null ? null : dayCurves(timeline, layout, key)), [timeline, layout, key]);
  const values = valuesOf(shown, state, moment);
  const { alarm } = panel;
  return (
    <section class="card panel" aria-labelledby="panel-title">
      <div class="row">
        <h2 id="panel-title">{titleOf(panel, layout)}</h2>
        <button type="button" class="icon" aria-label={words.close} onClick={onClose}>
          ✕
        </button>
      </div>
      {alarm !== null && (
        <p class="problem">
          <b>!</b> {alarmWords(alarm.kind, alarm.reason)}
          {alarm.since !== null && `, ${fill(words.since, sinceWords(alarm.since))}`}
        </p>
      )}
      <dl>
        {values.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {curve !== null && timeline !== null && (
        <Chart title={words.curve} unit="W" times={timeline.wallTimes} curves={curve} step="minutes" />
      )}
      {energies !== null && energies.days.times.length > 0 ? (
        <>
          <Chart title={words.month} unit="kWh" {...energies.days} step="days" />
          {energies.months.times.length > 1 && (
            <Chart title={words.years} unit="kWh" {...energies.months} step="months" />
          )}
        </>
      ) : (
        <p class="quiet">{words.noEnergies}</p>
      )}
    </section>
  );
}

function sinceWords(since: string): string {
  return since.length > 10 ? `${since.slice(0, 10)} ${timeOf(since)}` : since;
}

/** What is not known at all is left out, but for what every panel has. */
function valuesOf(shown: ShownPanel, state: State, moment: Moment | null): (readonly [name: string, value: string])[] {
  const { panel, power, energy, share, ratio, isOffline } = shown;
  const inverter = state.inverters.find(({ id }) => id === panel.inverter);
  const always: [string, string][] = [
    [words.power, isOffline ? words.offline : power === null ? words.unknown : amount(power, 'W')],
    [words.today, kilowattHours(energy)],
    [words.share, share === null ? '–' : amount(share, '%')],
  ];
  const temperature =
    moment === null ? inverter?.temperature : moment.timeline.temperatureAt(moment.index, panel.inverter);
  const now: [string, number | null | undefined, string, number][] = [
    [words.total, panel.energy, 'kWh', 1],
    [words.ratio, ratio, '%', 0],
    [words.signal, inverter?.signal, '%', 0],
    [words.voltage, panel.voltage ?? inverter?.voltage, 'V', 0],
    [words.frequency, inverter?.frequency, 'Hz', 1],
    [words.dcVoltage, panel.dc_voltage, 'V', 1],
    [words.dcCurrent, panel.dc_current, 'A', 2],
    [words.dcPower, panel.dc_power, 'W', 0],
    [words.maxPower, inverter?.max_power, 'W', 0],
  ];
  const known = ([, value]: (typeof now)[number]) => typeof value === 'number';
  const days = inverter?.good_days;
  // Never "as ever" before it is known.
  const waits: [string, string][] =
    moment === null && ratio === null && typeof days === 'number'
      ? [[words.ratio, fill(words.goodDays, days, GOOD_DAYS_TO_JUDGE)]]
      : [];
  const extra: [string, number | null | undefined, string, number][] = [
    [words.temperature, temperature, '°C', 0],
    ...(moment === null ? now : []),
  ];
  const { switched_on: isOn } = inverter ?? {};
  const switched: [string, string][] =
    moment === null && typeof isOn === 'boolean' ? [[words.switched, isOn ? words.on : words.off]] : [];
  return [
    ...always,
    ...waits,
    ...extra.filter(known).map(([name, value, unit, digits]) => [name, amount(value, unit, digits)] as const),
    ...switched,
  ];
}

function dayCurves(timeline: Timeline, layout: Layout, key: string): Curve[] {
  const sideOf = new Map(layout.panels.map(({ inverter, panel, side }) => [panelKey(inverter, panel), side]));
  const own = sideOf.get(key) ?? null;
  const others = timeline.keys.filter((one) => one !== key && (sideOf.get(one) ?? null) === own);
  const powers = timeline.times.map((_, index) => timeline.at(index, key).power);
  const medians = timeline.times.map((_, index) => median(others.map((one) => timeline.at(index, one).power)));
  return [
    { name: words.thisPanel, values: powers, kind: 'line' },
    ...(others.length === 0 ? [] : [{ name: words.median, values: medians, kind: 'dashed' } as const]),
  ];
}

function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((one, other) => one - other);
  const middle = Math.floor(known.length / 2);
  const upper = known[middle];
  return upper === undefined ? null : known.length % 2 === 1 ? upper : (upper + (known[middle - 1] ?? upper)) / 2;
}

interface Bars {
  readonly times: readonly number[];
  readonly curves: readonly Curve[];
}

/** Energies of a panel by day, of the last month, and by month; null before they are here. */
function useEnergies(key: string): { readonly days: Bars; readonly months: Bars } | null {
  const [energies, setEnergies] = useState<Energies | null>(null);
  useEffect(() => {
    getEnergies().then(setEnergies, () => setEnergies(null));
  }, []);
  return useMemo(() => {
    if (energies === null) {
      return null;
    }
    const byDay = new Map<string, number>();
    const byMonth = new Map<string, number>();
    for (const { days, panels } of energies.ecus) {
      for (const [index, day] of days.entries()) {
        const value = panels[key]?.[index];
        if (typeof value === 'number') {
          byDay.set(day, (byDay.get(day) ?? 0) + value);
          byMonth.set(day.slice(0, 7), (byMonth.get(day.slice(0, 7)) ?? 0) + value);
        }
      }
    }
    return { days: barsOf(byDay, MONTH_DAYS), months: barsOf(byMonth, Number.POSITIVE_INFINITY) };
  }, [energies, key]);
}

function barsOf(values: ReadonlyMap<string, number>, most: number): Bars {
  const entries = [...values].sort(([one], [other]) => one.localeCompare(other)).slice(-most);
  return {
    times: entries.map(([day]) => Date.parse(`${day.padEnd(10, '-01')}T00:00:00Z`)),
    curves: [{ name: words.thisPanel, values: entries.map(([, value]) => value), kind: 'bars' }],
  };
}
