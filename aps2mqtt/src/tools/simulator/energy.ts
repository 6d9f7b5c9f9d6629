import type { LyingToday } from './description.ts';

/** What a panel has truly made, kWh, not rounded. */
export interface PanelEnergy {
  /** Since the midnight before its ECU was started. */
  readonly lifetime: number;
  /** Since the last midnight by the right time. */
  readonly today: number;
}

/** What each panel makes, and what the ECU's two counters make of it. In joules, so that adding up loses nothing. */
export interface EnergyLedger {
  /** kWh in whole tenths, as the ECU tells it. */
  lifetime(): number;
  /** kWh in whole hundredths, as the ECU tells it. */
  today(): number;
  /** By inverter. An inverter that is removed stays. */
  panels(): ReadonlyMap<string, readonly PanelEnergy[]>;
  /** Adds a round: the powers hold for all the time since the round before. */
  add(round: EnergyRound): void;
  /** The counter of today counts badly from here on. */
  lie(how: LyingToday): void;
  setLifetime(kWh: number): void;
  setToday(kWh: number): void;
}

export interface EnergyRound {
  /** W of each panel, by inverter. */
  readonly powers: ReadonlyMap<string, readonly number[]>;
  readonly seconds: number;
  /** `yyyy-mm-dd` on the ECU's clock. */
  readonly day: string;
  /** `yyyy-mm-dd` by the right time. */
  readonly trueDay: string;
}

const JOULES_PER_KWH = 3_600_000;
const COUNTED: Readonly<Record<LyingToday, number>> = { half: 0.5, stands: 0 };

/** @param step kWh by which the lifetime counter moves at once, in tenths */
export function energyLedger({ day, trueDay }: Pick<EnergyRound, 'day' | 'trueDay'>, step = 0.1): EnergyLedger {
  const made = new Map<string, { lifetime: number; today: number }[]>();
  let lifetime = 0;
  let today = 0;
  let counted = 1;
  let currentDay = day;
  let currentTrueDay = trueDay;
  /** As long as no round is added. */
  let shown: ReadonlyMap<string, readonly PanelEnergy[]> | null = null;

  function beginDays(round: EnergyRound): void {
    if (round.day !== currentDay) {
      currentDay = round.day;
      today = 0;
    }
    if (round.trueDay !== currentTrueDay) {
      currentTrueDay = round.trueDay;
      for (const panel of [...made.values()].flat()) {
        panel.today = 0;
      }
    }
  }

  return {
    lifetime: () => Math.round(Math.floor(lifetime / joules(step)) * step * 10) / 10,
    today: () => Math.floor(today / (JOULES_PER_KWH / 100)) / 100,
    panels() {
      shown ??= new Map(Array.from(made, ([id, panels]) => [id, panels.map(inKwh)]));
      return shown;
    },
    add(round) {
      beginDays(round);
      shown = null;
      for (const [id, powers] of round.powers) {
        const panels = made.get(id) ?? [];
        made.set(id, panels);
        for (const [index, watts] of powers.entries()) {
          const energy = watts * round.seconds;
          const { lifetime: before, today: since } = panels[index] ?? { lifetime: 0, today: 0 };
          panels[index] = { lifetime: before + energy, today: since + energy };
          lifetime += energy;
          today += energy * counted;
        }
      }
    },
    lie: (how) => {
      counted = COUNTED[how];
    },
    setLifetime: (kWh) => {
      lifetime = joules(kWh);
    },
    setToday: (kWh) => {
      today = joules(kWh);
    },
  };
}

const joules = (kWh: number) => Math.round(kWh * JOULES_PER_KWH);

const inKwh = ({ lifetime, today }: PanelEnergy): PanelEnergy => ({
  lifetime: lifetime / JOULES_PER_KWH,
  today: today / JOULES_PER_KWH,
});
