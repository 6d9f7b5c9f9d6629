import type { DashboardEcu } from './dashboard.ts';
import { ownersOf, panelCount, type RoofEcu } from './panels.ts';

/** As Home Assistant's devices are called: an ECU's id stands behind a name that another one has, too. */
export function withDeviceNames<Ecu extends { readonly id: string; readonly name: string }>(
  ecus: readonly Ecu[],
): Ecu[] {
  const isTaken = ({ id, name }: Ecu) => ecus.some((other) => other.id !== id && other.name === name);
  return ecus.map((ecu) => (isTaken(ecu) ? { ...ecu, name: `${ecu.name} ${ecu.id}` } : ecu));
}

/** What is shown now, as far as a dashboard needs it. */
export function dashboardEcus(ecus: readonly RoofEcu[]): DashboardEcu[] {
  const owners = ownersOf(ecus);
  return withDeviceNames(ecus).map(({ id, name, inverters }) => ({
    id,
    name,
    inverters: inverters
      .filter((inverter) => owners.get(inverter.id) === id)
      .map(({ id: inverter, state }) => ({
        id: inverter,
        family: typeof state.model === 'string' ? state.model : null,
        panels: panelCount(state),
      })),
  }));
}
