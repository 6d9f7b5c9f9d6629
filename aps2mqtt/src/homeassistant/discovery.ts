import type { Topics } from '../mqtt/contract/topics.ts';
import { version } from '../version.ts';
import { buttons, type Config, picture, pictureOfAll, sensors, uniqueId } from './components.ts';
import type { Device } from './devices.ts';
import { ecuRows, inverterRows } from './entities.ts';
import { everyEcuExtra, everyInverterExtra, meterRows } from './extraEntities.ts';

/** Who made a discovery message: told in Home Assistant's log, and how we know our own later. */
export const ORIGIN = {
  name: 'aps2mqtt',
  sw_version: version,
  support_url: 'https://github.com/aps2mqtt/aps2mqtt',
} as const;

/** Where and how discovery is published. */
export interface DiscoveryForm {
  /** Home Assistant's discovery prefix. */
  readonly prefix: string;
  /** One message an entity, the Python program's form, in place of one a device. */
  readonly isPerEntity: boolean;
}

export const deviceTopic = (prefix: string, deviceId: string) => `${prefix}/device/aps_${deviceId}/config`;

export const entityTopic = (prefix: string, platform: string, id: string) => `${prefix}/${platform}/${id}/config`;

/** More panels and voltages than any inverter has that the Python program knew, or we know. */
const MOST_CHANNELS = { powers: 4, voltages: 4 };

/** Where discovery may be kept, and whether what Modbus and the web page bring is looked for as well. */
interface DiscoveryPlace {
  readonly prefix: string;
  readonly hasExtras: boolean;
}

/** All topics on which an ECU's discovery may be kept: ours in both forms, and among these the Python program's. */
export function ecuDiscoveryTopics({ prefix, hasExtras }: DiscoveryPlace, ecuId: string, topics: Topics): string[] {
  const wires = { topics, ecuId };
  return discoveryTopics(prefix, ecuId, [
    ...sensors(ecuId, ecuRows, wires),
    ...(hasExtras ? [...sensors(ecuId, everyEcuExtra, wires), ...sensors(ecuId, meterRows, wires)] : []),
    ...buttons(ecuId, { canRestart: true, canLimit: hasExtras }, topics),
    picture(ecuId, topics),
    pictureOfAll(ecuId, topics),
  ]);
}

/** The same for an inverter. */
export function inverterDiscoveryTopics(place: DiscoveryPlace, inverterId: string, topics: Topics): string[] {
  const rows = [...inverterRows(MOST_CHANNELS), ...(place.hasExtras ? everyInverterExtra : [])];
  return discoveryTopics(place.prefix, inverterId, sensors(inverterId, rows, { topics, ecuId: inverterId }));
}

export function discoveryTopics(prefix: string, deviceId: string, components: Iterable<[string, Config]>): string[] {
  return [
    deviceTopic(prefix, deviceId),
    ...Array.from(components, ([suffix, { platform }]) =>
      entityTopic(prefix, String(platform), uniqueId(deviceId, suffix)),
    ),
  ];
}

/** A device's discovery: payload by topic. */
export function discoveryOf(device: Device, form: DiscoveryForm): ReadonlyMap<string, string> {
  return form.isPerEntity
    ? perEntity(device, form.prefix)
    : new Map([[deviceTopic(form.prefix, device.id), JSON.stringify(deviceMessage(device))]]);
}

export function deviceMessage(device: Device): Config & { readonly components: Config } {
  return {
    device: device.block,
    origin: ORIGIN,
    state_topic: device.stateTopic,
    ...device.availability,
    components: Object.fromEntries(device.components),
  };
}

function perEntity(device: Device, prefix: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from(device.components, ([suffix, { platform, ...component }]) => [
      entityTopic(prefix, String(platform), uniqueId(device.id, suffix)),
      JSON.stringify({
        ...(platform === 'button' || platform === 'image' ? {} : { state_topic: device.stateTopic }),
        ...device.availability,
        ...component,
        device: device.block,
        origin: ORIGIN,
      }),
    ]),
  );
}
