import { ECU_PORT } from '../../address.ts';
import { parseWords } from '../../commandLine.ts';
import { UsageError } from '../../errors.ts';
import type { Environment } from '../../options/environment.ts';
import { timezoneOf } from '../timezone.ts';
import { ECU_KINDS, type EcuKind, FAMILIES, type Family, MOST_INVERTERS, type SiteDescription } from './description.ts';
import { parseFault, type TypedFault } from './faultWords.ts';
import { meantAmong } from './meant.ts';

/** The command line of `simulate`, understood. */
export interface SimulateArguments {
  readonly host: string;
  readonly port: number;
  readonly site: SiteDescription & Required<Pick<SiteDescription, 'position' | 'round' | 'delay' | 'speed'>>;
  /** How many of the inverters, counted from the last one. */
  readonly offline: number;
  readonly neverHeard: number;
  /** Paths of captures to serve instead of a site. */
  readonly replay: readonly string[];
  readonly faults: readonly TypedFault[];
  readonly faultsFromStdin: boolean;
  /** Begin at sunrise. */
  readonly day: boolean;
}

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  ecu: { type: 'string' },
  inverters: { type: 'string' },
  offline: { type: 'string' },
  'never-heard': { type: 'string' },
  round: { type: 'string' },
  delay: { type: 'string' },
  clouds: { type: 'string' },
  latitude: { type: 'string' },
  longitude: { type: 'string' },
  timezone: { type: 'string' },
  day: { type: 'boolean' },
  speed: { type: 'string' },
  replay: { type: 'string', multiple: true },
  fault: { type: 'string', multiple: true },
  'faults-from-stdin': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** All others are about a site, and captured replies leave no room for them. */
const WITH_REPLAY: readonly string[] = ['host', 'port', 'replay', 'fault', 'faults-from-stdin'];

const DAY_SPEED = 60;

/**
 * @returns null where help is asked for
 * @throws UsageError that says what was meant
 */
export function parseArguments(args: readonly string[], environment: Environment): SimulateArguments | null {
  const { values, positionals } = parseWords(args, OPTIONS);
  if (values.help) {
    return null;
  }
  const number = (name: keyof typeof values, fallback: number, from: number, to: number): number => {
    const text = values[name];
    const value = text === undefined ? fallback : Number(text);
    if (text === '' || !(value >= from && value <= to)) {
      throw new UsageError(`--${name} ${text}: a number from ${from} to ${to}`);
    }
    return value;
  };
  const whole = (name: keyof typeof values, fallback: number, from: number, to: number): number => {
    const value = number(name, fallback, from, to);
    if (!Number.isInteger(value)) {
      throw new UsageError(`--${name} ${value}: a whole number`);
    }
    return value;
  };
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
  const inverters = parseInverters(values.inverters);
  const count = inverters.reduce((total, { count: some }) => total + some, 0);
  return {
    host: values.host ?? '127.0.0.1',
    port: whole('port', ECU_PORT, 0, 65_535),
    site: {
      ecu: parseEcu(values.ecu ?? 'ecu-r-pro'),
      inverters,
      position: { latitude: number('latitude', 48.86, -90, 90), longitude: number('longitude', 2.35, -180, 180) },
      timeZone: timezoneOf(values.timezone, environment),
      round,
      delay: number('delay', Math.min(10, round / 2), 0, round - 1),
      clouds: number('clouds', 0, 0, 1),
      speed: number('speed', values.day ? DAY_SPEED : 1, 0.1, 3600),
    },
    offline: whole('offline', 0, 0, count),
    neverHeard: whole('never-heard', 0, 0, count),
    replay: [...(values.replay ?? []), ...positionals],
    faults: (values.fault ?? []).map(parseFault),
    faultsFromStdin: values['faults-from-stdin'] ?? false,
    day: values.day ?? false,
  };
}

function parseEcu(name: string): EcuKind {
  const kinds = Object.keys(ECU_KINDS) as EcuKind[];
  const kind = kinds.find((candidate) => candidate === name.toLowerCase());
  if (kind === undefined) {
    throw new UsageError(`--ecu ${name}: one of ${kinds.join(', ')}`);
  }
  return kind;
}

/** `ds3:4,qs1` as families with their counts; one of every family when nothing is asked for. */
function parseInverters(text: string | undefined): { readonly family: Family; readonly count: number }[] {
  const families = Object.keys(FAMILIES) as Family[];
  if (text === undefined) {
    return families.map((family) => ({ family, count: 1 }));
  }
  const list = text.split(',').map((part) => {
    const [name = '', count = '1', ...surplus] = part.trim().toLowerCase().split(':');
    const family = families.find((candidate) => candidate === name);
    if (family === undefined) {
      throw new UsageError(`--inverters: no inverter "${name}"; ${meantAmong(name, families)}`);
    }
    if (!/^[1-9]\d{0,2}$/.test(count) || surplus.length > 0) {
      throw new UsageError(`--inverters: "${part.trim()}" should be an inverter and how many, such as ds3:4`);
    }
    return { family, count: Number(count) };
  });
  if (list.reduce((total, { count }) => total + count, 0) > MOST_INVERTERS) {
    throw new UsageError(`--inverters: more than ${MOST_INVERTERS}`);
  }
  return list;
}
