import { DateTime } from 'luxon';
import { parseWords } from '../../../cli/commandLine.ts';
import { UsageError } from '../../../errors.ts';
import type { Environment } from '../../../options/environmentType.ts';
import { timezoneOf } from '../../timezone.ts';
import { parseDescriptions } from '../descriptions.ts';
import { ecuIdOf, invertersOf } from '../inverterList.ts';
import { meantAmong } from '../meant.ts';
import { numbersOf } from '../numbers.ts';
import { ORDINARY, type Ordinary, PARIS, type WeakFrom, type YearsDescription } from './description.ts';

/** Years to write, and where to. */
export interface YearsArguments {
  readonly folder: string;
  readonly ecuId: string;
  readonly years: YearsDescription;
}

const OPTIONS = {
  history: { type: 'string' },
  days: { type: 'string' },
  until: { type: 'string' },
  weak: { type: 'string', multiple: true },
  with: { type: 'string' },
  seed: { type: 'string' },
  ecu: { type: 'string' },
  inverters: { type: 'string' },
  panels: { type: 'string' },
  round: { type: 'string' },
  latitude: { type: 'string' },
  longitude: { type: 'string' },
  timezone: { type: 'string' },
} as const;

const MOST_DAYS = 4000;
/** Twelve inverters of two panels. */
const USUAL_INVERTERS = Array.from({ length: 12 }, (_, index) => String(704_000_000_011 + index)).join(',');

/** Is it about years that are to be written? */
export const areYears = (args: readonly string[]) => args.some((word) => /^--history(?:=|$)/.test(word));

/**
 * The command line of `simulate --history`, understood.
 *
 * @throws UsageError
 */
export function parseYears(args: readonly string[], environment: Environment, now: Date): YearsArguments {
  const { values, positionals } = parseWords(args, OPTIONS);
  const { number, whole } = numbersOf(values);
  if (positionals.length > 0) {
    throw new UsageError(`what is "${positionals[0]}"? --history writes days, and nothing else`);
  }
  if (!values.history) {
    throw new UsageError('--history: in which folder? For example: --history ./history --days 400');
  }
  const timeZone = timezoneOf(values.timezone, environment);
  const [description] = parseDescriptions({
    ecu: values.ecu,
    inverters: values.inverters ?? USUAL_INVERTERS,
    panels: values.panels,
    weak: [],
    ecus: 0,
  });
  if (description === undefined) {
    throw new UsageError('--history: of which ECU?');
  }
  const inverters = invertersOf(description);
  const count = inverters.reduce((sum, { panels }) => sum + panels.length, 0);
  let place = 0;
  const azimuths = inverters.map(({ panels }) =>
    // East and west, unless told.
    panels.map(({ azimuth }) => (values.panels === undefined ? (place++ < count / 2 ? 90 : 270) : azimuth)),
  );
  const days = whole('days', 400, 1, MOST_DAYS);
  return {
    folder: values.history,
    ecuId: ecuIdOf(description),
    years: {
      inverters: inverters.map(({ id }, index) => ({ id, azimuths: azimuths[index] ?? [] })),
      days,
      lastDay: lastDayOf(values.until, timeZone, now),
      position: {
        latitude: number('latitude', PARIS.latitude, -65, 65),
        longitude: number('longitude', PARIS.longitude, -180, 180),
      },
      timeZone,
      round: whole('round', 300, 60, 1800),
      seed: values.seed ?? '',
      ordinary: new Set(ordinaryOf(values.with)),
      weak: (values.weak ?? []).map((text) => weakFrom(text, days, inverters)),
    },
  };
}

/** Yesterday, unless told. */
function lastDayOf(text: string | undefined, timeZone: string, now: Date): string {
  const day = text ?? DateTime.fromJSDate(now, { zone: timeZone }).minus({ days: 1 }).toFormat('yyyy-MM-dd');
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !DateTime.fromISO(day).isValid) {
    throw new UsageError(`--until ${text}: the last day, such as 2026-05-31`);
  }
  return day;
}

function ordinaryOf(text: string | undefined): Ordinary[] {
  const names = text?.split(',').map((name) => name.trim()) ?? ['chimney', 'snow', 'dirt', 'limit', 'gaps'];
  return names
    .filter((name) => name !== '' && name !== 'nothing')
    .map((name) => {
      const found = ORDINARY.find((one) => one === name);
      if (found === undefined) {
        throw new UsageError(`--with ${name}: ${meantAmong(name, [...ORDINARY, 'nothing'])}`);
      }
      return found;
    });
}

const WEAK = /^(\d{12})(?:\/(\d))?:(\d(?:\.\d+)?)@day(\d{1,4})(?:-(\d{1,4}))?$/;

/** Reads `704000000011/2:0.8@day200`; without a panel and with 0 it is an inverter that falls silent. */
function weakFrom(
  text: string,
  days: number,
  inverters: readonly { readonly id: string; readonly panels: readonly unknown[] }[],
): WeakFrom {
  const [, inverter, panel, factor, from, until] = WEAK.exec(text) ?? [];
  if (inverter === undefined || !(Number(factor) <= 1) || (panel === undefined && Number(factor) !== 0)) {
    throw new UsageError(
      `--weak ${text}: ID/PANEL:PART@dayN, such as 704000000011/2:0.8@day200; ID:0@dayN for an inverter that falls silent`,
    );
  }
  const found = inverters.find(({ id }) => id === inverter);
  if (found === undefined) {
    throw new UsageError(`--weak: no inverter ${inverter}; there are ${inverters.map(({ id }) => id).join(', ')}`);
  }
  if (panel !== undefined && (Number(panel) < 1 || Number(panel) > found.panels.length)) {
    throw new UsageError(`--weak: ${inverter} has panels 1 to ${found.panels.length}`);
  }
  if (Number(from) < 1 || Number(from) > days) {
    throw new UsageError(`--weak ${text}: there are days 1 to ${days}`);
  }
  return {
    inverter,
    panel: panel === undefined ? null : Number(panel),
    factor: Number(factor),
    from: Number(from) - 1,
    ...(until === undefined ? {} : { until: Number(until) }),
  };
}
