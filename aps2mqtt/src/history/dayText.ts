import type { InverterSnapshot } from '../site/snapshot.ts';

/**
 * A day's rounds as text, which is a contract: CSV whose header is `round,<inverter>/1,<inverter>/2,…,<inverter>/online,
 * <inverter>/temperature,…`, then a line a round: the stamp in ISO 8601 with its offset, W of each panel, 1 or 0, °C. An
 * empty field is "not known". When the set of inverters changes, a new header stands in the middle.
 */
export const ROUND = 'round';

/** What is kept of an inverter in each round. */
export type RoundInverter = Pick<InverterSnapshot, 'id' | 'powers' | 'online' | 'temperature'>;

export const panelColumn = (inverterId: string, panel: number) => `${inverterId}/${panel}`;
export const onlineColumn = (inverterId: string) => `${inverterId}/online`;
export const temperatureColumn = (inverterId: string) => `${inverterId}/temperature`;

/** The fields of a round by column. */
export function roundFields(inverters: readonly RoundInverter[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const { id, powers, online, temperature } of inverters) {
    for (const [index, power] of powers.entries()) {
      fields.set(panelColumn(id, index + 1), fieldOf(power));
    }
    fields.set(onlineColumn(id), fieldOf(online === null ? null : Number(online)));
    fields.set(temperatureColumn(id), fieldOf(temperature));
  }
  return fields;
}

export function fieldOf(value: number | null): string {
  return value === null ? '' : String(value);
}
