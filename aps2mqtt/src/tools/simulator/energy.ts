/** An ECU's two counters. Kept in joules, so that adding up small steps loses nothing. */
export interface EnergyCounters {
  /** kWh in whole tenths, as the ECU tells it. */
  lifetime(): number;
  /** kWh in whole hundredths, as the ECU tells it. */
  today(): number;
  /** Adds a round; a new day on the ECU's clock begins with 0. */
  add(watts: number, seconds: number, day: string): void;
  setLifetime(kWh: number): void;
  setToday(kWh: number): void;
}

const JOULES_PER_KWH = 3_600_000;

/** @param day the one that has begun */
export function energyCounters(day: string): EnergyCounters {
  let lifetime = 0;
  let today = 0;
  let currentDay = day;
  return {
    lifetime: () => Math.floor(lifetime / (JOULES_PER_KWH / 10)) / 10,
    today: () => Math.floor(today / (JOULES_PER_KWH / 100)) / 100,
    add(watts, seconds, roundsDay) {
      if (roundsDay !== currentDay) {
        currentDay = roundsDay;
        today = 0;
      }
      lifetime += watts * seconds;
      today += watts * seconds;
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
