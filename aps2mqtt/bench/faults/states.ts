import { INVERTERS, SIGNAL, SUMMARY } from '../../src/ecu/commands.ts';
import type { Ear } from '../../test/support/broker.ts';
import type { FaultyEcu } from './ecu.ts';
import { isTrueOfEcu, isTrueOfInverter, isTrueOfRound, isTrueOfSignal, isWhole, type State } from './truth.ts';

/** What was heard of one program, each value held against what the ECU had. Times are ms by `performance.now()`. */
export interface States {
  /** Values that were never true, in words. */
  readonly wrong: readonly string[];
  /** When values were taken away: said to be unknown, or not to be available. */
  readonly taken: readonly number[];
  /**
   * When the ECU and all its inverters had been heard, right and whole and available, from `heard` on, with values that
   * were asked for at `asked` or later; null where they have not.
   */
  rightAt(heard: number, asked: number): number | null;
  /** When the program was heard to be offline, from `heard` on. */
  offlineAt(heard: number): number | null;
  stop(): void;
}

/** What is no JSON is never true. */
function parse(payload: string): State {
  try {
    return Object(JSON.parse(payload));
  } catch {
    return { current_power: payload, online: payload };
  }
}

const PRINTABLE = /^[\x20-\x7e]{0,64}$/;

/** Follows the one program that reads this ECU and publishes below this prefix. */
export function followStates(ecu: FaultyEcu, ear: Ear, prefix: string): States {
  const base = `${prefix}/aps/${ecu.id}`;
  const topics = [base, ...ecu.inverterIds.map((id) => `${base}/${id}`)];
  const switches = [`${prefix}/aps/status`, `${base}/availability`];
  const wrong: string[] = [];
  const taken: number[] = [];
  /** By topic: when it was right, and when what it said had been asked for. */
  const right = new Map<string, { readonly at: number; readonly asked: number }[]>();
  const last = new Map<string, State>();
  /** By topic and command: how far in the ECU's answers it has come. */
  const reached = new Map<string, number>();
  /** By topic: what it has been since when. */
  const switched = new Map<string, { readonly at: number; readonly payload: string }>();
  const offline: number[] = [];

  /** @returns when the newest query of which this is true was asked; null where there is none */
  function askedAt(topic: string, command: string, isTrue: (query: (typeof ecu.served)[number]) => boolean) {
    const key = `${topic} ${command}`;
    for (let index = ecu.served.length - 1; index >= (reached.get(key) ?? 0); index--) {
      const query = ecu.served[index];
      if (query?.command === command && isTrue(query)) {
        reached.set(key, index);
        return query.at;
      }
    }
    return null;
  }

  function judge(topic: string, said: State): number | null {
    if (topic === base) {
      const { firmware, poll_round: round } = said;
      const asked = askedAt(topic, SUMMARY, ({ state }) => isTrueOfEcu(said, state, last.get(topic) ?? {}));
      const isOfRound =
        (round ?? null) === null || askedAt(topic, INVERTERS, ({ state }) => isTrueOfRound(said, state));
      const isText = (firmware ?? null) === null || PRINTABLE.test(String(firmware));
      return isOfRound !== null && isText ? asked : null;
    }
    const id = topic.slice(base.length + 1);
    const asked = askedAt(topic, INVERTERS, ({ state }) => isTrueOfInverter(said, state, id));
    const hasSignal = (said.signal ?? null) !== null;
    const isSignal = !hasSignal || askedAt(topic, SIGNAL, ({ state }) => isTrueOfSignal(said, state, id)) !== null;
    return isSignal ? asked : null;
  }

  function onState(topic: string, payload: string, at: number): void {
    const said = parse(payload);
    const asked = judge(topic, said);
    last.set(topic, said);
    if (asked === null) {
      wrong.push(`${topic.slice(prefix.length + 1)}: ${payload}`);
    } else if (isWhole(said)) {
      right.set(topic, [...(right.get(topic) ?? []), { at, asked }]);
    } else {
      taken.push(at);
    }
  }

  function onMessage(topic: string, bytes: Buffer): void {
    const at = performance.now();
    const payload = bytes.toString();
    if (switches.includes(topic)) {
      if (switched.get(topic)?.payload !== payload) {
        switched.set(topic, { at, payload });
      }
      if (payload === 'offline') {
        taken.push(at);
        offline.push(at);
      }
    } else if (topics.includes(topic)) {
      onState(topic, payload, at);
    } else if (topic.startsWith(`${prefix}/aps/`) && !topic.endsWith('/roof')) {
      wrong.push(`${topic.slice(prefix.length + 1)}: of a device that is not there`);
    } else if (topic.startsWith(`${prefix}-discovery/`) && !isOfSite(topic)) {
      wrong.push(`${topic.slice(prefix.length + 1)}: announces a device that is not there`);
    }
  }
  const isOfSite = (topic: string) => [ecu.id, ...ecu.inverterIds].some((id) => topic.includes(id));

  ear.client.on('message', onMessage);
  return {
    wrong,
    taken,
    rightAt(heard, asked) {
      if ([...switched.values()].some(({ payload }) => payload === 'offline')) {
        return null;
      }
      const times = topics.map((topic) => right.get(topic)?.find((one) => one.at >= heard && one.asked >= asked)?.at);
      const back = [...switched.values()].map(({ at }) => at);
      return times.every((at) => at !== undefined) ? Math.max(...times, ...back.filter((at) => at >= heard)) : null;
    },
    offlineAt: (heard) => offline.find((at) => at >= heard) ?? null,
    stop: () => {
      ear.client.off('message', onMessage);
    },
  };
}
