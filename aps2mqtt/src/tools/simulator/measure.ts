import type { Measurement } from '../../ecu/inverters.ts';
import { FAMILIES, type FamilyFacts, type Inverter } from './description.ts';
import { sunshineOn } from './panels.ts';
import { fractionOf } from './seeded.ts';
import type { Weather } from './sun.ts';

/** What an inverter measures. No two panels, inverters or rounds are quite alike, yet always the same for the same. */
export function measure({ id, family, panels }: Inverter, weather: Weather, round: number): Measurement {
  const { layout, peak, voltage }: FamilyFacts = FAMILIES[family];
  const voltages = Array.from(layout).filter((word) => word === 'V').length;
  const wobble = (what: string) => fractionOf(`${id}${what}${round}`) - 0.5;
  const grid = voltage + Math.round(fractionOf(`${id}grid`) * 8 + wobble('volt') * 2);
  const isOneVoltageTwice = layout === 'PVPV';
  return {
    frequency: Math.round(500 + wobble('hertz') * 2) / 10,
    temperature: Math.round(14 + 36 * weather.sunshine + wobble('heat') * 2),
    powers: panels.map((panel, index) => panelPower(id, index, peak, sunshineOn(panel, weather))),
    voltages: Array.from({ length: voltages }, (_, phase) => (isOneVoltageTwice ? grid : grid + phase)),
  };
}

/** W: a panel gives 93 to 100 % of what the sun would allow. */
function panelPower(id: string, panel: number, peak: number, sunshine: number): number {
  return Math.round(peak * sunshine * (0.93 + 0.07 * fractionOf(`${id}panel${panel}`)));
}

/** Raw Zigbee signal, 150 to 249. */
export function signalOf(id: string, round: number): number {
  return 155 + Math.round(fractionOf(`${id}signal`) * 89 + (fractionOf(`${id}signal${round}`) - 0.5) * 8);
}
