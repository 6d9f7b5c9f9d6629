/** What can be set of an ECU or an inverter. */
export const ECU_SETTINGS = ['power_limit', 'production', 'release_limit', 'zero_export', 'export_limit'] as const;
export const INVERTER_SETTINGS = ['switched_on', 'max_power'] as const;

export type Setting = (typeof ECU_SETTINGS)[number] | (typeof INVERTER_SETTINGS)[number];

/** Somebody's word that something be set. */
export interface Order {
  readonly what: Setting;
  /** 12 digits; null for the whole ECU. */
  readonly inverterId: string | null;
  readonly payload: string;
  /** Where it was said: all that is known of who asked. */
  readonly topic: string;
}

/** An order that is not obeyed, and why. */
export class OrderError extends Error {
  override name = 'OrderError';
}

/** @throws OrderError for anything but a plain number from `from` to `to` */
export function numberOf({ payload }: Order, from: number, to: number, unit: string): number {
  const value = /^\s*\d{1,6}(?:\.\d{1,6})?\s*$/.test(payload) ? Number(payload) : Number.NaN;
  if (!(value >= from && value <= to)) {
    throw new OrderError(`"${printable(payload)}" is no number from ${from} to ${to} ${unit}`);
  }
  return value;
}

/** @throws OrderError for anything but ON and OFF */
export function switchOf({ payload }: Order): boolean {
  if (payload !== 'ON' && payload !== 'OFF') {
    throw new OrderError(`"${printable(payload)}" is neither ON nor OFF`);
  }
  return payload === 'ON';
}

/** Anybody on the broker may have written it. */
function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?').slice(0, 40);
}
