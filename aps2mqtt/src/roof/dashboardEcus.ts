import type { DashboardEcu } from './dashboard.ts';
import { ownersOf, panelCount, type RoofEcu } from './panels.ts';

/** As Home Assistant's devices are called: an ECU's id stands behind a name that another one has, too. */
export function dashboardEcus(ecus: readonly RoofEcu[]): DashboardEcu[] {
  const owners = ownersOf(ecus);
  return ecus.map(({ id, name, inverters }) => ({
    id,
    name: ecus.some((other) => other.id !== id && other.name === name) ? `${name} ${id}` : name,
    inverters: inverters
      .filter((inverter) => owners.get(inverter.id) === id)
      .map(({ id: inverter, state }) => ({
        id: inverter,
        family: typeof state.model === 'string' ? state.model : null,
        panels: panelCount(state),
      })),
  }));
}
