import {
  ECU_KINDS,
  FAMILIES,
  type Family,
  type Inverter,
  MOST_INVERTERS,
  panelCountOf,
  type SiteDescription,
} from './description.ts';
import { panelsOf } from './panels.ts';
import { digitsOf } from './seeded.ts';

/** @throws RangeError when there are more inverters than an ECU takes, or one twice */
export function invertersOf({ inverters, seed = '' }: SiteDescription): Inverter[] {
  const list: Inverter[] = [];
  for (const { family, count = 1, state = 'online', id, panels } of inverters) {
    for (let n = 0; n < count; n++) {
      addTo(list, {
        family,
        state,
        id: id ?? newInverterId(family, list, seed),
        panels: panelsOf(panelCountOf(family), panels),
      });
    }
  }
  return list;
}

/** @throws RangeError when there is no place for it */
export function addTo(list: Inverter[], inverter: Inverter): void {
  if (list.length >= MOST_INVERTERS) {
    throw new RangeError(`more than ${MOST_INVERTERS} inverters`);
  }
  if (list.some(({ id }) => id === inverter.id)) {
    throw new RangeError(`inverter ${inverter.id} is there already`);
  }
  list.push(inverter);
}

/** An id that none in the list has. */
export function newInverterId(family: Family, list: readonly Inverter[], seed = ''): string {
  for (let attempt = list.length; ; attempt++) {
    const id = FAMILIES[family].prefix + digitsOf(`${seed}${family}${attempt}`, 9);
    if (!list.some((inverter) => inverter.id === id)) {
      return id;
    }
  }
}

export function ecuIdOf({ ecu, ecuId, seed = '' }: SiteDescription): string {
  const { prefix } = ECU_KINDS[ecu];
  return ecuId ?? prefix + digitsOf(`${seed}${ecu}`, 12 - prefix.length);
}
