import type { Extras, InverterExtras } from './extras.ts';
import type { EcuSnapshot } from './snapshot.ts';

/** A snapshot with all that is known beside it. */
export function withExtras(snapshot: EcuSnapshot, { inverters, ...ecu }: Extras): EcuSnapshot {
  return {
    ...snapshot,
    ...ecu,
    inverters: snapshot.inverters.map((inverter) => ({ ...inverter, ...inverters.get(inverter.id) })),
  };
}

/** What several sources bring together. */
export function joinExtras(all: readonly Extras[]): Extras {
  const inverters = new Map<string, InverterExtras>();
  for (const [id, extra] of all.flatMap((one) => [...one.inverters])) {
    inverters.set(id, { ...inverters.get(id), ...extra });
  }
  return Object.assign({}, ...all, { inverters });
}
