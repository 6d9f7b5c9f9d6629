import { asObject } from '../json.ts';

/** The JSON of a state topic: a key that is not there is not known. */
export type State = Readonly<Record<string, unknown>>;

/** An ECU and its inverters, as MQTT has them. */
export interface RoofEcu {
  readonly id: string;
  readonly name: string;
  readonly state: State;
  /** Does it answer? Live values of one that does not are not known. */
  readonly answers: boolean;
  readonly inverters: readonly { readonly id: string; readonly state: State }[];
}

export interface Alarm {
  readonly kind: string;
  readonly reason: string | null;
  /** ISO 8601. */
  readonly since: string | null;
}

/** One panel now. Null is "not known". */
export interface RoofPanel {
  readonly ecu: string;
  readonly inverter: string;
  /** From 1. */
  readonly panel: number;
  /** Family of its inverter, such as `DS3`. */
  readonly family: string | null;
  readonly state: 'online' | 'offline' | 'unknown';
  /** W. */
  readonly power: number | null;
  /** V AC of the grid, where the inverter reports it for this panel. */
  readonly voltage: number | null;
  /** kWh since this program first saw it. */
  readonly energy: number | null;
  /** kWh. */
  readonly today_energy: number | null;
  /** % of what its neighbours let expect by its own past. */
  readonly ratio: number | null;
  readonly dc_voltage: number | null;
  readonly dc_current: number | null;
  readonly dc_power: number | null;
  readonly alarm: Alarm | null;
}

/** How many panels a state tells of. */
export function panelCount(state: State): number {
  let count = 0;
  while (`panel_${count + 1}_power` in state) {
    count++;
  }
  return count;
}

/** All panels, in the ECUs' order. An inverter that moved belongs to the ECU that has it in its list now. */
export function panelsOf(ecus: readonly RoofEcu[]): RoofPanel[] {
  const owners = ownersOf(ecus);
  return ecus.flatMap((ecu) =>
    ecu.inverters
      .filter(({ id }) => owners.get(id) === ecu.id)
      .flatMap(({ id, state }) =>
        Array.from({ length: panelCount(state) }, (_, index) => panelOf(ecu, id, state, index + 1)),
      ),
  );
}

/** The ECU of each inverter. */
export function ownersOf(ecus: readonly RoofEcu[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { id: ecu, inverters } of ecus) {
    for (const { id, state } of inverters) {
      if (typeof state.online === 'boolean' || !owners.has(id)) {
        owners.set(id, ecu);
      }
    }
  }
  return owners;
}

function panelOf(ecu: RoofEcu, inverter: string, state: State, panel: number): RoofPanel {
  const { online } = state;
  const isKnown = ecu.answers && typeof online === 'boolean';
  const kept = (key: string) => numberOf(state[`panel_${panel}_${key}`]);
  const live = (key: string) => (isKnown ? kept(key) : null);
  return {
    ecu: ecu.id,
    inverter,
    panel,
    family: typeof state.model === 'string' ? state.model : null,
    state: !isKnown ? 'unknown' : online ? 'online' : 'offline',
    power: live('power'),
    voltage: live('voltage'),
    energy: kept('energy'),
    today_energy: kept('today_energy'),
    ratio: kept('ratio'),
    dc_voltage: live('dc_voltage'),
    dc_current: live('dc_current'),
    dc_power: live('dc_power'),
    alarm: alarmOf(state, panel),
  };
}

/** The alarms of a state, with their panels; `panel` is null where the whole inverter is meant. */
export function alarmsOf(state: State): (Alarm & { readonly panel: number | null })[] {
  const problems = Array.isArray(state.problems) ? state.problems.map(asObject) : [];
  return problems.map(({ panel, kind, reason, since }) => ({
    panel: numberOf(panel),
    kind: typeof kind === 'string' ? kind : 'problem',
    reason: typeof reason === 'string' ? reason : null,
    since: typeof since === 'string' ? since : null,
  }));
}

function alarmOf(state: State, panel: number): Alarm | null {
  const found = alarmsOf(state).find((alarm) => alarm.panel === panel || alarm.panel === null);
  return found === undefined ? null : { kind: found.kind, reason: found.reason, since: found.since };
}

export const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
