import { UsageError } from '../../errors.ts';
import { FAMILIES, type Family, MOST_INVERTERS, panelCountOf, type SiteDescription } from './description.ts';
import { invertersOf } from './inverterList.ts';
import { familyFor, kindFor } from './inverterNames.ts';
import { meantAmong } from './meant.ts';
import { type Panel, SIDES, type Side, variedPanel } from './panels.ts';
import { parseWeak, type WeakPanel } from './weak.ts';

/** What the command line says of the ECUs and their inverters, as it was typed. */
export interface TypedDescription {
  readonly ecu?: string | undefined;
  /** 0 for as many as `ecu` names. */
  readonly ecus: number;
  readonly inverters?: string | undefined;
  readonly panels?: string | undefined;
  readonly weak: readonly string[];
}

export const MOST_ECUS = 100;

/** One for each ECU. @throws UsageError */
export function parseDescriptions({
  ecu = 'ecu-r-pro',
  ecus,
  inverters,
  panels,
  weak,
}: TypedDescription): SiteDescription[] {
  const kinds = ecu.split(',').map((name) => kindFor(name.trim()));
  const count = ecus === 0 ? kinds.length : ecus;
  if (count > kinds.length && kinds.some(({ id }) => id !== null)) {
    throw new UsageError(`--ecus ${ecus}: two ECUs never have the same id, so name ${ecus} of them, or models`);
  }
  const typed = parseInverters(inverters);
  const sides = parsePanels(panels ?? 'flat');
  const bare = Array.from({ length: count }, (_, index): SiteDescription => {
    const { kind, id } = kinds[index % kinds.length] ?? kindFor(ecu);
    // The first one is the same however many there are.
    const seed = index === 0 ? '' : `ecu${index + 1}`;
    return { ecu: kind, ...(id !== null && { ecuId: id }), inverters: typed, seed };
  });
  const all = bare.flatMap(invertersOf);
  const weakPanels = weak.map((text) => parseWeak(text, all));
  return bare.map((description) => ({ ...description, inverters: withPanels(description, sides, weakPanels) }));
}

/** `ds3:4,qs1,704000000011`: families with their counts and single ids; one of every family when nothing is asked for. */
function parseInverters(text: string | undefined): SiteDescription['inverters'] {
  if (text === undefined) {
    return (Object.keys(FAMILIES) as Family[]).map((family) => ({ family }));
  }
  const list = text.split(',').map((part) => {
    const [name = '', count = '1', ...surplus] = part.trim().toLowerCase().split(':');
    const { family, id } = familyFor('--inverters', name);
    if (!/^[1-9]\d{0,2}$/.test(count) || surplus.length > 0 || (id !== null && count !== '1')) {
      throw new UsageError(`--inverters: "${part.trim()}" should be an inverter and how many, such as ds3:4`);
    }
    return { family, count: Number(count), ...(id !== null && { id }) };
  });
  if (list.reduce((total, { count }) => total + count, 0) > MOST_INVERTERS) {
    throw new UsageError(`--inverters: more than ${MOST_INVERTERS}`);
  }
  const ids = list.flatMap(({ id }) => id ?? []);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw new UsageError(`--inverters: ${twice} is there twice`);
  }
  return list;
}

type SideName = Side | 'varied';

/** `east:12,west:12`, or `east,west` for panels in turn: the sides, begun anew where there are more panels. */
function parsePanels(text: string): SideName[] {
  const names: readonly SideName[] = [...(Object.keys(SIDES) as Side[]), 'varied'];
  return text.split(',').flatMap((part) => {
    const [typed = '', count = '1', ...surplus] = part.trim().toLowerCase().split(':');
    const name = names.find((one) => one === typed);
    if (name === undefined) {
      throw new UsageError(`--panels: no side "${typed}"; ${meantAmong(typed, names)}`);
    }
    if (!/^[1-9]\d{0,2}$/.test(count) || surplus.length > 0) {
      throw new UsageError(`--panels: "${part.trim()}" should be a side and how many panels, such as east:12`);
    }
    return Array<SideName>(Number(count)).fill(name);
  });
}

function withPanels(
  description: SiteDescription,
  sides: readonly SideName[],
  weak: readonly WeakPanel[],
): SiteDescription['inverters'] {
  let place = 0;
  return invertersOf(description).map(({ family, id }) => ({
    family,
    id,
    panels: Array.from({ length: panelCountOf(family) }, (_, index): Partial<Panel> => {
      const side = sides[place++ % sides.length] ?? 'flat';
      const factor = weak.findLast((one) => one.id === id && one.panel === index + 1)?.factor;
      const stands = side === 'varied' ? variedPanel(`${id}/${index + 1}`) : SIDES[side];
      return { ...stands, ...(factor !== undefined && { factor }) };
    }),
  }));
}
