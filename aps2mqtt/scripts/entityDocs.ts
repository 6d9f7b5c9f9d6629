import type { Channels } from '../src/ecu/models.ts';
import type { Config } from '../src/homeassistant/components.ts';
import { type Device, devicesOf } from '../src/homeassistant/devices.ts';
import { createTopics } from '../src/mqtt/contract/topics.ts';
import { missingInverter } from '../src/site/assemble.ts';
import type { EcuSnapshot } from '../src/site/snapshot.ts';

export const BEGIN = '<!-- entities:begin -->';
export const END = '<!-- entities:end -->';

/** The layouts that exist, by what people call the inverters that have them. */
const LAYOUTS: readonly (readonly [kind: string, channels: Channels])[] = [
  ['two panels', { powers: 2, voltages: 2 }],
  ['four panels', { powers: 4, voltages: 1 }],
  ['three phases', { powers: 4, voltages: 3 }],
];

type Rows = ReadonlyMap<string, readonly string[]>;

const RESTARTABLE = 'ECU-R-Pro and ECU-C, with `auto_restart`';

/** The documentation with the table of entities as the code has it. */
export function withEntityTable(documentation: string): string {
  const [before, rest] = documentation.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) {
    throw new Error(`${BEGIN} and ${END} have to stand in the documentation`);
  }
  return `${before}${BEGIN}\n${entityTables()}\n${END}${after}`;
}

function entityTables(): string {
  const inverters = LAYOUTS.map(([, channels], index) => missingInverter({ id: `70400000001${index}`, channels }));
  const [ecu, ...others] = devicesOf(
    [{ snapshot: { ...EXAMPLE, inverters }, canRestart: true, hasPicture: true }],
    createTopics(''),
  );
  const [plain] = devicesOf([{ snapshot: EXAMPLE, canRestart: false, hasPicture: true }], createTopics(''));
  if (ecu === undefined || plain === undefined) {
    throw new Error('no ECU');
  }
  const kinds = others.map((device, index) => [LAYOUTS[index]?.[0] ?? '', rows(device), device] as const);
  const numbered = new Map(kinds.flatMap(([, list]) => [...list]));
  const every = Array.from(numbered, ([name, row]) => {
    const having = kinds.flatMap(([kind, list, device]) =>
      list.has(name) ? [`${kind}${onlyFirst(name, device)}`] : [],
    );
    return [name, [...row.slice(0, 2), having.length === kinds.length ? 'all' : having.join(', ')]] as const;
  });
  return [
    'The ECU:',
    '',
    table(['entity', 'unit', 'key in the JSON', 'while the ECU is silent'], withConditions(rows(ecu), rows(plain))),
    '',
    'Each inverter, with *n* from 1 to the number of its panels or phases:',
    '',
    table(['entity', 'unit', 'key in the JSON', 'inverters with'], new Map(every)),
    '',
    'They are unavailable while the ECU is silent; energies stay. An entity with a star is shown under *Diagnostic*, one',
    'with two is switched off until you switch it on.',
  ].join('\n');
}

/** A row stands for all panels, though some inverters have but one of these. */
function onlyFirst(name: string, { components }: Device): string {
  const isAlone = [...components.values()].filter((component) => nameOf(component) === name).length === 1;
  return name.includes('*n*') && isAlone ? ' (the first)' : '';
}

/** Cells by name; a number in a name becomes *n*, so that all panels make one row. */
function rows({ components }: Device): Rows {
  return new Map(Array.from(components.values(), (component) => [nameOf(component), cells(component)]));
}

/** Tells of each row that not every ECU has who has it: all of these come from `auto_restart`. */
function withConditions(all: Rows, always: Rows): Rows {
  return new Map(Array.from(all, ([name, row]) => [always.has(name) ? name : `${name} (${RESTARTABLE})`, row]));
}

function nameOf({ name, entity_category, enabled_by_default }: Config): string {
  const stars = enabled_by_default === false ? ' \\*\\*' : entity_category === 'diagnostic' ? ' \\*' : '';
  return String(name).replace(/\d+/, '*n*') + stars;
}

function cells({ platform, unit_of_measurement, value_template, availability }: Config): string[] {
  const [, key] = /value_json\.(\w+)/.exec(String(value_template)) ?? [];
  const unit =
    platform === 'sensor'
      ? String(unit_of_measurement ?? '')
      : platform === 'button'
        ? 'button'
        : platform === 'image'
          ? 'picture'
          : 'on or off';
  const silent = availability === undefined ? 'unavailable' : platform === 'button' ? 'works' : 'stays';
  return [unit, key === undefined ? '' : `\`${key.replace(/\d+/, '<n>')}\``, silent];
}

function table(heads: readonly string[], body: Rows): string {
  const line = (columns: readonly string[]) => `| ${columns.join(' | ')} |`.replaceAll('|  |', '| |');
  const lines = Array.from(body, ([name, columns]) => line([name, ...columns]));
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...lines].join('\n');
}

const EXAMPLE: EcuSnapshot = {
  ecuId: '216200000001',
  name: 'ECU',
  model: 'ECU',
  firmware: null,
  takenAt: new Date(0),
  round: null,
  currentPower: null,
  todayEnergy: null,
  lifetimeEnergy: null,
  lifetimeReset: null,
  countedEnergy: null,
  countedTodayEnergy: null,
  invertersRegistered: null,
  invertersOnline: null,
  inverters: [],
};
