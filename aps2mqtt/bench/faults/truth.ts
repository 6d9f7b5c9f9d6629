import type { InverterRecord } from '../../src/ecu/inverters.ts';
import type { SiteState } from '../../src/tools/simulator/site.ts';

export type State = Readonly<Record<string, unknown>>;

/** Whether what a state says of the ECU is so. Energies may be those that were said before: a false one is held. */
export function isTrueOfEcu(said: State, { summary }: SiteState, before: State): boolean {
  const truth: State = {
    current_power: summary.currentPower,
    inverters_registered: summary.invertersRegistered,
    inverters_online: summary.invertersOnline,
    today_energy: summary.todayEnergy,
    lifetime_energy: summary.lifetimeEnergy,
  };
  return Object.entries(truth).every(
    ([key, value]) => isSame(said[key], value) || (key.endsWith('_energy') && said[key] === before[key]),
  );
}

/** Whether what a state says that the ECU has told of an inverter, but for its signal, is so. */
export function isTrueOfInverter(said: State, { records }: SiteState, id: string): boolean {
  const record = records.find((one) => one.id === id);
  // What is counted of it, and what it thinks of it, is our own, and no truth of the ECU's.
  const keys = Object.keys(said).filter((key) =>
    /^(?:online|temperature|frequency|power|voltage|panel_\d+_(?:power|voltage))$/.test(key),
  );
  return keys.every((key) => isSame(said[key], record === undefined ? null : recorded(record, key)));
}

/** The two programs round a percent differently. */
export function isTrueOfSignal({ signal: said }: State, { signal }: SiteState, id: string): boolean {
  return said === null || said === undefined || Math.abs(Number(said) - ((signal.get(id) ?? 0) * 100) / 255) <= 1;
}

/** The time of the poll round, as the ECU's own clock has it. Only aps2mqtt tells it. */
export function isTrueOfRound({ poll_round: said }: State, { stamp }: SiteState): boolean {
  return typeof said !== 'string' || said.slice(0, 19).replace('T', ' ') === stamp;
}

/** Nothing that matters is unknown. */
export function isWhole(state: State): boolean {
  const known = (key: string) => (state[key] ?? null) !== null;
  return 'online' in state
    ? state.online === false || (state.online === true && known('power') && known('temperature') && known('voltage'))
    : known('current_power') && known('lifetime_energy') && known('today_energy');
}

function recorded({ online, measurement }: InverterRecord, key: string): unknown {
  const [, panel, of] = /^panel_(\d+)_(power|voltage)$/.exec(key) ?? [];
  if (key === 'online') {
    return online;
  }
  if (measurement === null) {
    return !online && (key === 'power' || of === 'power') ? 0 : null;
  }
  const { powers, voltages } = measurement;
  if (panel !== undefined) {
    return (of === 'power' ? powers : voltages)[Number(panel) - 1] ?? null;
  }
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const values: State = { ...measurement, power: total(powers), voltage: total(voltages) / voltages.length };
  return values[key] ?? null;
}

/** What is not told is not wrong. */
function isSame(said: unknown, truth: unknown): boolean {
  if (said === null || said === undefined) {
    return true;
  }
  return typeof said === 'number' && typeof truth === 'number' ? Math.abs(said - truth) < 1e-6 : said === truth;
}
