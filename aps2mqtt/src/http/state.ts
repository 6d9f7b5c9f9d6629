import type { BoardEcu } from '../roof/board.ts';
import { alarmsOf, ownersOf, panelsOf, type State } from '../roof/panels.ts';
import { version } from '../version.ts';

/** Keys of a single panel: these are told with the panels. */
const OF_A_PANEL = /^panel_\d+_/;

/** What `GET api/state` answers. Keys are MQTT's; null is "not known". Times are ISO 8601. */
export function stateJson(ecus: readonly BoardEcu[], now: Date) {
  const owners = ownersOf(ecus);
  const nexts = ecus.flatMap(({ next }) => (next === null ? [] : [next.getTime()]));
  return {
    version,
    now: now.toISOString(),
    /** When the next values come. */
    next: nexts.length === 0 ? null : new Date(Math.min(...nexts)).toISOString(),
    ecus: ecus.map(ecuJson),
    inverters: ecus.flatMap((ecu) =>
      ecu.inverters
        .filter(({ id }) => owners.get(id) === ecu.id)
        .map(({ id, state }) => ({ id, ecu: ecu.id, ...inverterValues(state, ecu.answers) })),
    ),
    panels: panelsOf(ecus),
    alarms: ecus.flatMap((ecu) =>
      ecu.inverters
        .filter(({ id }) => owners.get(id) === ecu.id)
        .flatMap(({ id, state }) => alarmsOf(state).map((alarm) => ({ ecu: ecu.id, inverter: id, ...alarm }))),
    ),
  };
}

function ecuJson({ id, name, model, firmware, answers, condition, since, reason, takenAt, next, state }: BoardEcu) {
  return {
    ...state,
    ...(answers ? {} : { current_power: null }),
    id,
    name,
    model,
    firmware,
    answers,
    condition,
    since: since?.toISOString() ?? null,
    reason,
    taken_at: takenAt?.toISOString() ?? null,
    next: next?.toISOString() ?? null,
  };
}

/** Values that stay true while an ECU is silent. */
const KEPT = /^(?:energy|today_energy|model|problem|problems|good_days|inverter_firmware)$/;

function inverterValues(state: State, answers: boolean): State {
  const entries = Object.entries(state).filter(([key]) => !OF_A_PANEL.test(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, answers || KEPT.test(key) ? value : null]));
}
