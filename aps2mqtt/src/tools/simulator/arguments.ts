import { ECU_PORT } from '../../address.ts';
import { parseWords } from '../../cli/commandLine.ts';
import { UsageError } from '../../errors.ts';
import type { Environment } from '../../options/environmentType.ts';
import { timezoneOf } from '../timezone.ts';
import type { LyingToday, SiteDescription } from './description.ts';
import { MOST_ECUS, parseDescriptions } from './descriptions.ts';
import { meantAmong } from './meant.ts';
import { numbersOf } from './numbers.ts';
import { placesFor } from './places.ts';
import type { Place } from './simulator.ts';

/** A site, as far as the command line tells it. */
export type DescribedSite = SiteDescription &
  Required<Pick<SiteDescription, 'position' | 'round' | 'delay' | 'timeZone'>>;

/** The command line of `simulate`, understood. */
export interface SimulateArguments {
  /** Where the ECUs listen: one for each. */
  readonly places: readonly [Place, ...Place[]];
  /** Where they serve Modbus and their web page: one for each ECU; null for nowhere. */
  readonly modbus: readonly Place[] | null;
  readonly web: readonly Place[] | null;
  /** One for each ECU. */
  readonly sites: readonly DescribedSite[];
  /** How many of an ECU's inverters, counted from the last one. */
  readonly offline: number;
  readonly neverHeard: number;
  /** How many times as fast as ours its time runs. */
  readonly speed: number;
  /** IANA name. */
  readonly timeZone: string;
  /** Paths of captures to serve instead of a site. */
  readonly replay: readonly string[];
  /** Lines to do at the start. */
  readonly faults: readonly string[];
  /** Path of lines with their times; null for none. */
  readonly script: string | null;
  readonly faultsFromStdin: boolean;
  /** Begin at sunrise. */
  readonly day: boolean;
  /** The sun stands where it truly does, though it be night. */
  readonly realSun: boolean;
}

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  modbus: { type: 'string' },
  web: { type: 'string' },
  ecu: { type: 'string' },
  ecus: { type: 'string' },
  inverters: { type: 'string' },
  panels: { type: 'string' },
  weak: { type: 'string', multiple: true },
  offline: { type: 'string' },
  'never-heard': { type: 'string' },
  round: { type: 'string' },
  delay: { type: 'string' },
  clouds: { type: 'string' },
  latitude: { type: 'string' },
  longitude: { type: 'string' },
  timezone: { type: 'string' },
  'real-sun': { type: 'boolean' },
  day: { type: 'boolean' },
  speed: { type: 'string' },
  'lifetime-step': { type: 'string' },
  'lying-today': { type: 'string' },
  replay: { type: 'string', multiple: true },
  fault: { type: 'string', multiple: true },
  script: { type: 'string' },
  'faults-from-stdin': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** All others are about a site, and captured replies leave no room for them. */
const WITH_REPLAY: readonly string[] = ['host', 'port', 'timezone', 'replay', 'fault', 'script', 'faults-from-stdin'];

const DAY_SPEED = 60;
const LYING_TODAY: readonly LyingToday[] = ['half', 'stands'];

/**
 * @returns null where help is asked for
 * @throws UsageError that says what was meant
 */
export function parseArguments(args: readonly string[], environment: Environment): SimulateArguments | null {
  const { values, positionals } = parseWords(withLyingToday(args), OPTIONS);
  if (values.help) {
    return null;
  }
  const { number, whole } = numbersOf(values);
  if (positionals.length > 0 && values.replay === undefined) {
    throw new UsageError(`what is "${positionals[0]}"? Captured replies are named by --replay FILE`);
  }
  const useless = Object.keys(values).find((name) => !WITH_REPLAY.includes(name));
  if (values.replay !== undefined && useless !== undefined) {
    throw new UsageError(`--${useless} does nothing with --replay: captured replies are served as they are`);
  }
  if ((values.latitude === undefined) !== (values.longitude === undefined)) {
    const missing = values.latitude === undefined ? 'latitude' : 'longitude';
    throw new UsageError(`--${missing} is missing: a place is told by both, such as --latitude 48.86 --longitude 2.35`);
  }
  const round = whole('round', 300, 10, 3600);
  const timeZone = timezoneOf(values.timezone, environment);
  const lyingToday = parseLyingToday(values['lying-today']);
  const sites = parseDescriptions({ ...values, weak: values.weak ?? [], ecus: whole('ecus', 0, 1, MOST_ECUS) }).map(
    (description) => ({
      ...description,
      position: { latitude: number('latitude', 48.86, -90, 90), longitude: number('longitude', 2.35, -180, 180) },
      timeZone,
      round,
      delay: number('delay', Math.min(10, round / 2), 0, round - 1),
      clouds: number('clouds', 0, 0, 1),
      lifetimeStep: tenths(number('lifetime-step', 0.1, 0.1, 100)),
      ...(lyingToday !== undefined && { lyingToday }),
    }),
  );
  const fewest = Math.min(...sites.map(({ inverters }) => inverters.length));
  const host = values.host ?? '127.0.0.1';
  const placesAt = (name: 'modbus' | 'web') =>
    values[name] === undefined ? null : placesFor(sites.length, host, whole(name, 0, 0, 65_535));
  return {
    modbus: placesAt('modbus'),
    web: placesAt('web'),
    places: placesFor(sites.length, host, whole('port', ECU_PORT, 0, 65_535)),
    sites,
    offline: whole('offline', 0, 0, fewest),
    neverHeard: whole('never-heard', 0, 0, fewest),
    speed: number('speed', values.day ? DAY_SPEED : 1, 0.1, 3600),
    timeZone,
    replay: [...(values.replay ?? []), ...positionals],
    faults: values.fault ?? [],
    script: values.script ?? null,
    faultsFromStdin: values['faults-from-stdin'] ?? false,
    day: values.day ?? false,
    realSun: values['real-sun'] ?? values.latitude !== undefined,
  };
}

/** `--lying-today` may stand without a value: its most usual form is meant then. */
function withLyingToday(args: readonly string[]): string[] {
  return args.map((word, index) =>
    word === '--lying-today' && !/^[a-z]/.test(args[index + 1] ?? '') ? '--lying-today=half' : word,
  );
}

/** The ECU tells its lifetime energy in tenths of kWh. */
function tenths(kWh: number): number {
  if (Math.abs(kWh * 10 - Math.round(kWh * 10)) > 1e-9) {
    throw new UsageError(`--lifetime-step ${kWh}: whole tenths of kWh, such as 0.1 or 2.5`);
  }
  return kWh;
}

function parseLyingToday(text: string | undefined): LyingToday | undefined {
  const how = LYING_TODAY.find((one) => one === text);
  if (text !== undefined && how === undefined) {
    throw new UsageError(`--lying-today ${text}: ${meantAmong(text, LYING_TODAY)}`);
  }
  return how;
}
