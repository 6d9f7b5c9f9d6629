import type { Config } from '../src/homeassistant/components.ts';
import { type Device, devicesOf } from '../src/homeassistant/devices.ts';
import { createTopics } from '../src/mqtt/contract/topics.ts';
import { missingInverter } from '../src/site/assemble.ts';
import type { EcuSnapshot } from '../src/site/snapshot.ts';
import { withExtras } from '../test/support/extras.ts';
import { between, EXAMPLE, keyOf, nameOf, table } from './docTable.ts';

const PLAIN: EcuSnapshot = {
  ...EXAMPLE,
  inverters: [missingInverter({ id: '704000000011', channels: { powers: 2, voltages: 2 } })],
};
const { powerControl, meter, exportControl, inverters } = withExtras(PLAIN);
const [{ modbus, switch: switched } = {}] = inverters;

/** What each option adds. */
const ADDED: readonly (readonly [option: string, ecu: object, inverter: object])[] = [
  ['`modbus: read`', {}, { modbus }],
  ['`modbus: control`', { powerControl }, {}],
  ['`web_page: meters`', { meter }, {}],
  ['`web_page: control`', { exportControl }, { switch: switched }],
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

function componentsOf(ecu: object, inverter: object) {
  const snapshot = { ...PLAIN, ...ecu, inverters: PLAIN.inverters.map((one) => ({ ...one, ...inverter })) };
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
