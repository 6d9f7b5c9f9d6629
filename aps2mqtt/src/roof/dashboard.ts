import { stringify } from 'yaml';
import type { DrawnRoof } from './drawing.ts';
import { layoutInForce } from './firstLayout.ts';
import { type Layout, panelKey } from './layout.ts';
import { placesOf, ratioOf } from './places.ts';

/** An ECU, as far as a dashboard needs it. */
export interface DashboardEcu {
  readonly id: string;
  /** As Home Assistant's device is called. */
  readonly name: string;
  readonly inverters: readonly { readonly id: string; readonly family: string | null; readonly panels: number }[];
}

/**
 * The entity id that Home Assistant has for a `unique_id`, where it is known.
 *
 * @returns null for "not known": then it is made of the names, as Home Assistant would make it
 */
export type EntityIds = (uniqueId: string) => string | null;

export type DashboardKind = 'dashboard' | 'card';

/** YAML to copy into Home Assistant: a whole dashboard, or the card with the roof on which each panel can be touched. */
export function dashboardYaml(
  kind: DashboardKind,
  ecus: readonly DashboardEcu[],
  saved: Layout | null,
  entityIds: EntityIds,
): string {
  const inverters = ecus.flatMap((ecu) => ecu.inverters);
  const strings = inverters.map(({ id, panels }) => ({ inverter: id, panels }));
  const layout = layoutInForce(saved, strings);
  const card = roofCard(ecus, layout, entityIds);
  const isWide = ratioOf(layout, blankRoof(inverters)) > 1.2;
  return stringify(kind === 'card' ? card : dashboard(ecus, card, isWide, entityIds), { lineWidth: 0 });
}

function dashboard(ecus: readonly DashboardEcu[], card: object, isWide: boolean, entityIds: EntityIds) {
  return {
    title: 'Solar',
    views: [
      {
        title: 'Roof',
        path: 'roof',
        icon: 'mdi:solar-panel-large',
        type: 'sections',
        max_columns: 3,
        sections: [
          {
            type: 'grid',
            ...(isWide ? { column_span: 2 } : {}),
            cards: [{ ...card, grid_options: { columns: 'full' } }],
          },
          ...ecus.map((ecu) => ecuSection(ecu, entityIds)),
        ],
      },
      {
        title: 'Inverters',
        path: 'inverters',
        icon: 'mdi:solar-power',
        type: 'sections',
        sections: ecus.flatMap((ecu) => ecu.inverters.map((inverter) => inverterSection(inverter, entityIds))),
      },
    ],
  };
}

function ecuSection(ecu: DashboardEcu, entityIds: EntityIds) {
  const entity = (suffix: string, name: string) => idOf('sensor', ecu.id, suffix, `${ecu.name} ${name}`, entityIds);
  const power = entity('power', 'Power');
  const tiles = [power, entity('today_energy', 'Energy today'), entity('lifetime_energy', 'Lifetime energy')];
  return {
    type: 'grid',
    cards: [
      { type: 'heading', heading: ecu.name, icon: 'mdi:solar-power' },
      ...tiles.map((id) => ({ type: 'tile', entity: id })),
      { type: 'history-graph', hours_to_show: 24, entities: [{ entity: power }], grid_options: { columns: 'full' } },
    ],
  };
}

function inverterSection({ id, family, panels }: DashboardEcu['inverters'][number], entityIds: EntityIds) {
  const device = deviceName(id, family);
  const entity = (suffix: string, name: string) => idOf('sensor', id, suffix, `${device} ${name}`, entityIds);
  const numbers = Array.from({ length: panels }, (_, index) => index + 1);
  const values = [
    entity('power', 'Power'),
    ...numbers.map((panel) => entity(`panel_${panel}_power`, `Panel ${panel} power`)),
    entity('temperature', 'Temperature'),
  ];
  return {
    type: 'grid',
    cards: [{ type: 'heading', heading: device }, ...values.map((one) => ({ type: 'tile', entity: one }))],
  };
}

/** The picture, and over each panel what opens its values when it is touched. */
function roofCard(ecus: readonly DashboardEcu[], layout: Layout, entityIds: EntityIds) {
  const inverters = ecus.flatMap((ecu) => ecu.inverters);
  const families = new Map(inverters.map(({ id, family }) => [id, family]));
  const elements = placesOf(layout, blankRoof(inverters)).map(({ key, left, top, width, height, angle }) => {
    const [inverter = '', panel = ''] = key.split('/');
    const name = `${deviceName(inverter, families.get(inverter) ?? null)} Panel ${panel} power`;
    return {
      type: 'state-label',
      entity: idOf('sensor', inverter, `panel_${panel}_power`, name, entityIds),
      style: {
        left: `${left}%`,
        top: `${top}%`,
        width: `${width}%`,
        height: `${height}%`,
        opacity: 0,
        ...(angle === 0 ? {} : { transform: `translate(-50%, -50%) rotate(${angle}deg)` }),
      },
    };
  });
  return { type: 'picture-elements', image_entity: pictureId(ecus, entityIds), elements };
}

/** Of all ECUs where there are several: an entity of the first one. */
function pictureId(ecus: readonly DashboardEcu[], entityIds: EntityIds): string {
  const [ecu] = ecus.toSorted((one, other) => one.id.localeCompare(other.id));
  const [suffix, name] = ecus.length > 1 ? ['roof_of_all', 'Roof of all ECUs'] : ['roof', 'Roof'];
  return idOf('image', ecu?.id ?? '', suffix, `${ecu?.name ?? ''} ${name}`, entityIds);
}

/** As wide as the picture is by day: its caption may widen it. */
function blankRoof(inverters: DashboardEcu['inverters']): DrawnRoof {
  const blank = { text: '', label: '', share: null, isOffline: false, hasAlarm: false };
  const keys = inverters.flatMap(({ id, panels }) =>
    Array.from({ length: panels }, (_, index) => panelKey(id, index + 1)),
  );
  return { scale: 'sun', panels: new Map(keys.map((key) => [key, blank])), caption: ['', ''] };
}

const deviceName = (id: string, family: string | null) => `${family ?? 'Inverter'} ${id}`;

function idOf(platform: string, device: string, suffix: string, name: string, entityIds: EntityIds): string {
  return entityIds(`aps_${device}_${suffix}`) ?? `${platform}.${slug(name)}`;
}

/** As Home Assistant makes an entity id of a name. */
export function slug(name: string): string {
  const plain = name.replace(/ß/g, 'ss').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '') || 'unknown';
}
