import { type Counted, countRound } from '../../src/energy/counting.ts';
import type { CountingRound } from '../../src/energy/countingRound.ts';
import type { CountingState } from '../../src/energy/countingState.ts';
import type { Elsewhere } from '../../src/energy/ledger.ts';
import { parseCounting } from '../../src/energy/parseCounting.ts';
import { distrusted } from '../../src/energy/trial.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** An array of which the truth is known: its panels' powers, and counters that show whole steps of what was made. */
export interface ArraySettings {
  /** ms since 1970 on the site's clock, which is UTC here. */
  readonly start?: number;
  /** Panels of each inverter. */
  readonly inverters?: readonly number[];
  /** W of a panel at a moment. */
  readonly power?: (inverter: number, panel: number, at: number) => number;
  readonly roundMs?: number;
  /** Counted at the grid's side ÷ at the panels'. */
  readonly factor?: number;
  /** kWh of the lifetime at the begin, and of its steps. */
  readonly lifetime?: number;
  readonly lifetimeStep?: number;
  /** What the ECU tells of the true counters, kWh. */
  readonly tell?: (lifetime: number, today: number, at: number) => { lifetime: number | null; today: number | null };
  /** Is an inverter heard? */
  readonly isHeard?: (inverter: number, at: number) => boolean;
}

export const idOf = (inverter: number) => `70400000${String(1_000 + inverter)}`;

/** A sun between 6 and 20 h; each panel has a noon and a size of its own. */
export function sun(inverter: number, panel: number, at: number): number {
  const hour = (at % DAY) / HOUR;
  if (hour < 6 || hour > 20) {
    return 0;
  }
  const noon = 13 + 3 * Math.sin(inverter * 5 + panel * 2);
  const width = 3.2;
  const edge = Math.min(1, (hour - 6) * 2, (20 - hour) * 2);
  return Math.round((200 + 40 * ((inverter * 7 + panel * 3) % 5)) * edge * Math.exp(-(((hour - noon) / width) ** 2)));
}

export interface TrueArray {
  /** Lets a round go by, and tells it. */
  round(change?: Partial<CountingRound>): CountingRound;
  /** Lets time go by without anybody asking. */
  skip(rounds: number): void;
  /** Wh of each panel, by inverter. */
  readonly truth: readonly (readonly number[])[];
  readonly now: number;
  /** kWh, as told last. */
  readonly lifetime: number;
}

export function trueArray(settings: ArraySettings = {}): TrueArray {
  const {
    start = Date.UTC(2026, 5, 21) - 5 * MINUTE,
    inverters = [2, 2, 2],
    power = sun,
    roundMs = 5 * MINUTE,
  } = settings;
  const { factor = 1, lifetime = 1234, lifetimeStep = 0.1, tell, isHeard = () => true } = settings;
  const truth = inverters.map((panels) => Array.from({ length: panels }, () => 0));
  let at = start;
  let counted = lifetime * 1_000 + 37;
  let day = Math.floor(start / DAY);
  let today = 0;
  let told = lifetime;
  const floor = (wh: number, step: number) => Math.floor(wh / (step * 1_000) + 1e-9) * step;
  const kWh = (value: number) => Math.round(value * 1_000) / 1_000;

  function step() {
    at += roundMs;
    if (Math.floor(at / DAY) !== day) {
      day = Math.floor(at / DAY);
      today = 0;
    }
    const powers = inverters.map((panels, inverter) =>
      Array.from({ length: panels }, (_, panel) => power(inverter, panel, at)),
    );
    for (const [inverter, panels] of powers.entries()) {
      for (const [panel, watts] of panels.entries()) {
        const wh = (factor * watts * roundMs) / HOUR;
        const list = truth[inverter];
        if (list !== undefined) {
          list[panel] = (list[panel] ?? 0) + wh;
        }
        counted += wh;
        today += wh;
      }
    }
    return powers;
  }
  return {
    truth,
    get now() {
      return at;
    },
    get lifetime() {
      return told;
    },
    skip: (rounds) => {
      for (let i = 0; i < rounds; i++) {
        step();
      }
    },
    round: (change = {}) => {
      const powers = step();
      const iso = new Date(at).toISOString();
      const said = { lifetime: kWh(floor(counted, lifetimeStep)), today: kWh(floor(today, 0.01)) };
      const { lifetime: saidLifetime, today: saidToday } = tell?.(said.lifetime, said.today, at) ?? said;
      told = said.lifetime;
      return {
        stamp: `${iso.slice(0, 10)} ${iso.slice(11, 19)}`,
        at: at + 20_000,
        day: iso.slice(0, 10),
        minute: Math.floor((at % DAY) / MINUTE),
        lifetime: saidLifetime,
        today: saidToday,
        inverters: powers.map((watts, inverter) => {
          const online = watts.some((one) => one > 0) && isHeard(inverter, at);
          return { id: idOf(inverter), online, powers: watts.map((one) => (online ? one : 0)) };
        }),
        ...change,
      };
    },
  };
}

/** Counts rounds one after another; what it checks of each is what always holds. */
export class Counter {
  state: CountingState | null;
  readonly all: Counted[] = [];

  constructor(state: CountingState | null = null) {
    this.state = state;
  }

  take(round: CountingRound, elsewhere?: Elsewhere): Counted {
    const before = this.state;
    const counted = countRound(before, round, elsewhere);
    this.state = counted.state;
    this.all.push(counted);
    for (const { id, energy, today, estimated } of counted.state.inverters) {
      const own = before?.inverters.find((one) => one.id === id);
      for (const [panel, wh] of energy.entries()) {
        if (!(wh >= (own?.energy[panel] ?? 0)) || !((estimated[panel] ?? 0) <= (today[panel] ?? 0) + 0.01)) {
          throw new Error(`panel ${panel + 1} of ${id}: ${own?.energy[panel]} Wh, then ${wh}`);
        }
      }
    }
    if (counted.state.energy < (before?.energy ?? 0)) {
      throw new Error(`the sum has fallen from ${before?.energy} to ${counted.state.energy}`);
    }
    return counted;
  }

  restart(): void {
    const text = JSON.stringify(this.state);
    this.state = parseCounting(JSON.parse(text));
    if (JSON.stringify(this.state) !== text) {
      throw new Error(`not read again: ${text}`);
    }
  }

  energies(): number[][] {
    return this.state?.inverters.map(({ energy }) => [...energy]) ?? [];
  }

  get energy(): number {
    return this.state?.energy ?? 0;
  }

  estimated(): number {
    return this.state?.inverters.flatMap(({ estimated }) => estimated).reduce((a, b) => a + b, 0) ?? 0;
  }

  /** Gaps that were given out, then counters that were not trusted for a time. */
  notes(): string[] {
    const gaps = this.all.flatMap(({ gap }) => (gap === null ? [] : ['gap']));
    return [...gaps, ...new Set(this.all.flatMap(({ state }) => distrusted(state)))];
  }
}

/** The greatest part by which a panel is off, where it has made enough to tell. */
export function worst(energies: readonly (readonly number[])[], truth: readonly (readonly number[])[]): number {
  return Math.max(
    ...truth.flatMap((panels, inverter) =>
      panels.map((wh, panel) => (wh < 100 ? 0 : Math.abs((energies[inverter]?.[panel] ?? 0) - wh) / wh)),
    ),
  );
}
