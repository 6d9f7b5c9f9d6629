import type { Channels } from '../ecu/models.ts';
import type { InverterModbus, PanelDc } from '../site/extras.ts';
import type { UnitReading } from './unit.ts';

const UNKNOWN_PANEL: PanelDc = { voltage: null, current: null, power: null };

/**
 * An inverter's values as they are shown.
 *
 * @param channels of the inverter: Modbus has eight places for panels, whatever is connected
 * @param shown keys that have had a value before
 * @param reading null while nothing is known
 */
export function inverterModbus(
  channels: Channels | null,
  shown: readonly string[],
  reading: UnitReading | null,
): InverterModbus {
  const panels = reading?.panels ?? [];
  const count = channels?.powers ?? Math.max(panelsShown(shown), panels.findLastIndex(({ voltage }) => voltage) + 1);
  const { apparentPower = null, reactivePower = null, powerFactor = null } = reading?.identity ?? {};
  const { state = null, firmware = null, todayEnergy = null } = reading?.identity ?? {};
  const values = {
    panels: Array.from({ length: count }, (_, index) => panels[index] ?? UNKNOWN_PANEL),
    apparentPower,
    reactivePower,
    powerFactor,
    state,
    firmware,
    todayEnergy,
  };
  return { ...values, shown: [...new Set([...shown, ...keysWithValues(values)])] };
}

/** The keys of the state, as the entity table has them, that have a value. */
function keysWithValues({ panels, ...values }: Omit<InverterModbus, 'shown'>): string[] {
  const named: readonly (readonly [key: string, value: unknown])[] = [
    ['apparent_power', values.apparentPower],
    ['reactive_power', values.reactivePower],
    ['power_factor', values.powerFactor],
    ['inverter_state', values.state],
    ['inverter_firmware', values.firmware],
    ['modbus_today_energy', values.todayEnergy],
    ...panels.flatMap(({ voltage, current, power }, index) => [
      [`panel_${index + 1}_dc_voltage`, voltage] as const,
      [`panel_${index + 1}_dc_current`, current] as const,
      [`panel_${index + 1}_dc_power`, power] as const,
    ]),
  ];
  return named.filter(([, value]) => value !== null).map(([key]) => key);
}

/** The highest number of a panel among the keys. */
function panelsShown(keys: readonly string[]): number {
  return Math.max(0, ...keys.map((key) => Number(/^panel_(\d)_dc_/.exec(key)?.[1] ?? 0)));
}
