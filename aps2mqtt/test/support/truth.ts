import type { InverterRecord } from '../../src/ecu/inverters.ts';
import type { SiteState } from '../../src/tools/simulator/site.ts';
import type { Heard } from './installation.ts';
import type { Served, TestEcu } from './testEcu.ts';
import { USUAL_MS } from './timedTransport.ts';

type State = Readonly<Record<string, unknown>>;

const SUMMARY = '0001';
const INVERTERS = '0002';
const SIGNAL = '0030';

/** A group of keys that come from one reply, and what they should be. */
interface Group {
  readonly command: string;
  readonly keys: readonly string[];
  /** @returns null where the state cannot be of this moment at all */
  readonly expected: (truth: SiteState, said: State) => State | null;
}

const wallClock = (moment: unknown) => (typeof moment === 'string' ? moment.slice(0, 19).replace('T', ' ') : null);

const ECU_GROUPS: readonly Group[] = [
  {
    command: SUMMARY,
    keys: ['current_power', 'inverters_registered', 'inverters_online'],
    expected: ({ summary }) => ({
      current_power: summary.currentPower,
      inverters_registered: summary.invertersRegistered,
      inverters_online: summary.invertersOnline,
    }),
  },
  {
    command: SUMMARY,
    keys: ['lifetime_energy'],
    expected: ({ summary }) => ({ lifetime_energy: summary.lifetimeEnergy }),
  },
  { command: SUMMARY, keys: ['today_energy'], expected: ({ summary }) => ({ today_energy: summary.todayEnergy }) },
  { command: SUMMARY, keys: ['firmware'], expected: ({ summary }) => ({ firmware: summary.firmware }) },
  {
    command: INVERTERS,
    keys: ['poll_round'],
    // The ECU's own clock is what counts here, however wrong it is.
    expected: ({ stamp }, said) => (wallClock(said.poll_round) === stamp ? said : null),
  },
];

function inverterGroups(id: string): readonly Group[] {
  return [
    {
      command: INVERTERS,
      keys: ['online', 'temperature', 'frequency', 'power', 'voltage', 'panels', 'voltages'],
      expected: ({ records }) => inverterState(records.find((record) => record.id === id)),
    },
    {
      command: SIGNAL,
      keys: ['signal'],
      expected: ({ signal }) => ({ signal: Math.floor(((signal.get(id) ?? 0) * 100) / 255) }),
    },
  ];
}

function inverterState(record: InverterRecord | undefined): State | null {
  if (record === undefined) {
    return null;
  }
  const { online, measurement, channels } = record;
  if (online && measurement === null) {
    return { online, temperature: null, frequency: null, power: null, voltage: null, panels: [null], voltages: [null] };
  }
  const { temperature = null, frequency = null, powers = [], voltages = [] } = measurement ?? {};
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    online,
    temperature,
    frequency,
    power: total(powers),
    voltage: voltages.length === 0 ? null : total(voltages) / voltages.length,
    panels: online ? powers : Array.from({ length: channels?.powers ?? 1 }, () => 0),
    voltages: online ? voltages : Array.from({ length: channels?.voltages ?? 1 }, () => null),
  };
}

/** `panel_1_power` and so on, as lists. Where nobody can tell how many there should be, equal ones are one. */
function withLists(state: State, isCounted: boolean): State {
  const list = (end: string) => {
    const values = Object.entries(state)
      .filter(([key]) => key.startsWith('panel_') && key.endsWith(end))
      .map(([, value]) => value);
    return isCounted ? values : [...new Set(values)];
  };
  return { ...state, panels: list('_power'), voltages: list('_voltage') };
}

function isEqual(said: State, expected: State, keys: readonly string[]): boolean {
  return keys.every((key) => JSON.stringify(said[key]) === JSON.stringify(expected[key]));
}

/** What we count ourselves, and what never falls: not that of today, which does so every day. */
const isCounted = (key: string) => /^(?:counted_energy|energy|panel_\d+_energy)$/.test(key);

/** Nothing is claimed of it. */
function isUnknown(state: State): boolean {
  // What is thought of panels stays, as energies do: a dead panel is dead in the dark as well.
  const isKept = (key: string) =>
    ['model', 'firmware', 'problems', 'good_days'].includes(key) || /(?:energy|problem|_ratio)$/.test(key);
  return Object.entries(state).every(([key, value]) => value === null || isKept(key));
}

/**
 * Compares all states of one ECU that were heard with what was true when the ECU was asked: each value has to be that
 * of some query, and never of one before the query that an earlier message told. Energies that are told before the
 * first answer have to be the last ones. A signal may be missing.
 *
 * @param known energies of before the first message
 * @returns what was wrong, in words
 */
export function falsehoods(heard: readonly Heard[], ecu: TestEcu, known: State = {}): string[] {
  const base = `aps/${ecu.id}`;
  const wrong: string[] = [];
  const last = new Map<string, State>([[base, known]]);
  /** How far each group of each topic has come. */
  const reached = new Map<string, number>();
  const answers = (command: string) => new Answers(ecu.served.filter((one) => one.command === command));
  const byCommand = new Map([SUMMARY, INVERTERS, SIGNAL].map((command) => [command, answers(command)]));

  /** So many came before the message. */
  let queries = 0;
  for (const { topic, payload, at } of heard) {
    const [, inverterId] = new RegExp(`^${base}(?:/(\\d{12}))?$`).exec(topic) ?? [null, null];
    if (inverterId === null || payload === '') {
      continue;
    }
    while ((ecu.served[queries]?.at ?? at) < at) {
      queries++;
    }
    const isFresh = isOfPoll(at, ecu.served[queries - 1]);
    const plain: State = JSON.parse(payload);
    const before = last.get(topic) ?? {};
    last.set(topic, plain);
    for (const key of Object.keys(plain).filter(isCounted)) {
      if (Number(plain[key] ?? 0) < Number(before[key] ?? 0)) {
        wrong.push(`${at.toISOString()} ${topic}: ${key} has fallen from ${before[key]} to ${plain[key]}`);
      }
    }
    if (inverterId !== undefined && isUnknown(plain)) {
      continue;
    }
    for (const group of inverterId === undefined ? ECU_GROUPS : inverterGroups(inverterId)) {
      const isHeld = group.keys.every((key) => plain[key] === before[key] && plain[key] !== undefined);
      const isMissing = group.keys.every((key) => plain[key] === null);
      const isEnergy = group.keys.some((key) => key.endsWith('_energy'));
      const wasKnown = group.keys.some((key) => (before[key] ?? null) !== null);
      if (isEnergy ? isHeld || (isMissing && !wasKnown) : isMissing) {
        continue;
      }
      const key = `${topic} ${group.keys[0]}`;
      const index = byCommand.get(group.command)?.find(group, plain, at, reached.get(key) ?? 0, isFresh) ?? null;
      if (index === null) {
        const said = JSON.stringify(Object.fromEntries(group.keys.map((name) => [name, plain[name]])));
        wrong.push(`${at.toISOString()} ${topic}: ${said} of ${payload}`);
      } else {
        reached.set(key, index);
      }
    }
  }
  return wrong;
}

/** The states of a poll are said at the moment when its last exchange is done. */
const isOfPoll = (at: Date, lastQuery: Served | undefined) =>
  at.getTime() - (lastQuery?.at.getTime() ?? 0) === USUAL_MS;

/** The answers to one kind of query, read from front to back. */
class Answers {
  readonly #served: readonly Served[];
  #newest = -1;

  constructor(served: readonly Served[]) {
    this.#served = served;
  }

  /** The first one from `from` on, and not after `at`, that this can be of. */
  find(group: Group, said: State, at: Date, from: number, isFresh: boolean): number | null {
    while ((this.#served[this.#newest + 1]?.at ?? at) < at) {
      this.#newest++;
    }
    for (let index = isFresh ? this.#newest : from; index <= this.#newest; index++) {
      const one = this.#served[index];
      if (one !== undefined && isTrue(one.state, group, said)) {
        return index;
      }
    }
    return null;
  }
}

function isTrue(truth: SiteState, group: Group, said: State): boolean {
  const counted = group.expected(truth, withLists(said, true));
  return (
    counted !== null &&
    (isEqual(withLists(said, true), counted, group.keys) || isEqual(withLists(said, false), counted, group.keys))
  );
}
