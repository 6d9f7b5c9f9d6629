import { UsageError } from '../../errors.ts';
import { type Family, panelCountOf } from './description.ts';

/** A panel that makes less than it should. */
export interface WeakPanel {
  readonly id: string;
  /** From 1. */
  readonly panel: number;
  /** Part of what it should make, 0 to 1. */
  readonly factor: number;
}

/**
 * Reads `704000000011/2:0.8`.
 *
 * @param inverters that there are
 * @throws UsageError
 */
export function parseWeak(
  text: string,
  inverters: readonly { readonly id: string; readonly family: Family }[],
): WeakPanel {
  const [, id, panel, factor] = /^(\d{12})\/(\d{1,2}):(\d(?:\.\d+)?)$/.exec(text) ?? [];
  if (id === undefined || !(Number(factor) <= 1)) {
    throw new UsageError(`weak: "${text}" should be ID/PANEL:PART with a part from 0 to 1, such as 704000000011/2:0.8`);
  }
  const inverter = inverters.find((one) => one.id === id);
  if (inverter === undefined) {
    throw new UsageError(`weak: no inverter ${id}; there are ${inverters.map((one) => one.id).join(', ')}`);
  }
  const count = panelCountOf(inverter.family);
  if (Number(panel) < 1 || Number(panel) > count) {
    throw new UsageError(`weak: ${id} has panels 1 to ${count}`);
  }
  return { id, panel: Number(panel), factor: Number(factor) };
}
