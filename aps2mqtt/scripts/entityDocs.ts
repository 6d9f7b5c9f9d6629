import type { Channels } from '../src/ecu/models.ts';
import type { Config } from '../src/homeassistant/components.ts';
import { type Device, devicesOf } from '../src/homeassistant/devices.ts';
import { createTopics } from '../src/mqtt/contract/topics.ts';
import { missingInverter } from '../src/site/assemble.ts';
import { between, EXAMPLE, keyOf, nameOf, type Rows, table } from './docTable.ts';

/** The layouts that exist, by what people call the inverters that have them. */
const LAYOUTS: readonly (readonly [kind: string, channels: Channels])[] = [
  ['two panels', { powers: 2, voltages: 2 }],
  ['four panels', { powers: 4, voltages: 1 }],
  ['three phases', { powers: 4, voltages: 3 }],
];

const RESTARTABLE = 'ECU-R-Pro and ECU-C, with `auto_restart`';

/** The documentation with the table of entities as the code has it. */
export function withEntityTable(documentation: string): string {
  return between(documentation, 'entities', entityTables());
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

/** Cells by name. */
function rows({ components }: Device): Rows {
  return new Map(Array.from(components.values(), (component) => [nameOf(component), cells(component)]));
}

/** Tells of each row that not every ECU has who has it: all of these come from `auto_restart`. */
function withConditions(all: Rows, always: Rows): Rows {
  return new Map(Array.from(all, ([name, row]) => [always.has(name) ? name : `${name} (${RESTARTABLE})`, row]));
}

function cells(config: Config): string[] {
  const { platform, unit_of_measurement, availability } = config;
  const unit =
    platform === 'sensor'
      ? String(unit_of_measurement ?? '')
      : platform === 'button'
        ? 'button'
        : platform === 'image'
          ? 'picture'
          : 'on or off';
  const silent = availability === undefined ? 'unavailable' : platform === 'button' ? 'works' : 'stays';
  return [unit, keyOf(config), silent];
}
