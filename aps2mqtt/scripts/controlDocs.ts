import type { Config } from '../src/homeassistant/components.ts';
import { type Device, devicesOf } from '../src/homeassistant/devices.ts';
import { everyInverterExtra } from '../src/homeassistant/extraEntities.ts';
import { createTopics } from '../src/mqtt/contract/topics.ts';
import { missingInverter } from '../src/site/assemble.ts';
import type { MeterSnapshot } from '../src/site/extras.ts';
import type { EcuSnapshot, InverterSnapshot } from '../src/site/snapshot.ts';
import { between, EXAMPLE, keyOf, nameOf, table } from './docTable.ts';

const INVERTER = missingInverter({ id: '704000000011', channels: { powers: 2, voltages: 2 } });
const NOTHING = { total: null, a: null, b: null, c: null };
const METER: MeterSnapshot = {
  isFresh: true,
  measuredAt: null,
  production: NOTHING,
  grid: NOTHING,
  consumption: NOTHING,
  gridImport: null,
  gridExport: null,
};
const POWER_CONTROL = {
  isReachable: true,
  isThere: true,
  powerLimit: null,
  production: null,
  reportedLimit: null,
  isNotFollowed: null,
};
const MODBUS = {
  panels: [1, 2].map(() => ({ voltage: null, current: null, power: null })),
  apparentPower: null,
  reactivePower: null,
  powerFactor: null,
  state: null,
  firmware: null,
  todayEnergy: null,
  shown: everyInverterExtra.map(({ key }) => key),
};

/** What each option adds. */
const ADDED: readonly (readonly [option: string, ecu: Partial<EcuSnapshot>, inverter: Partial<InverterSnapshot>])[] = [
  ['`modbus: read`', {}, { modbus: MODBUS }],
  ['`modbus: control`', { powerControl: POWER_CONTROL }, {}],
  ['`web_page: meters`', { meter: METER }, {}],
  [
    '`web_page: control`',
    { exportControl: { zeroExport: null, exportLimit: null } },
    { switch: { switchedOn: null, maxPower: null } },
  ],
];

/** The documentation with the table of what Modbus and the ECU's web page add, as the code has it. */
export function withControlTable(documentation: string): string {
  const plain = new Set(componentsOf({}, {}).map(({ component }) => component.unique_id));
  const rows = ADDED.flatMap(([option, ecu, inverter]) =>
    componentsOf(ecu, inverter)
      .filter(({ component }) => !plain.has(component.unique_id))
      .map(({ device, component }) => {
        const where = device.id === EXAMPLE.ecuId ? 'ECU' : 'inverter';
        return [nameOf(component), [kindOf(component), keyOf(component), where, option]] as const;
      }),
  );
  return between(documentation, 'controls', table(['entity', 'unit', 'key in the JSON', 'of', 'with'], new Map(rows)));
}

function componentsOf(ecu: Partial<EcuSnapshot>, inverter: Partial<InverterSnapshot>) {
  const snapshot = { ...EXAMPLE, ...ecu, inverters: [{ ...INVERTER, ...inverter }] };
  return devicesOf([{ snapshot, canRestart: false }], createTopics('')).flatMap((device: Device) =>
    Array.from(device.components.values(), (component) => ({ device, component })),
  );
}

function kindOf({ platform, unit_of_measurement: unit, min, max }: Config): string {
  switch (platform) {
    case 'number':
      return `${min} to ${max} ${unit}`;
    case 'switch':
    case 'binary_sensor':
      return 'on or off';
    case 'button':
      return 'button';
    default:
      return String(unit ?? '');
  }
}
