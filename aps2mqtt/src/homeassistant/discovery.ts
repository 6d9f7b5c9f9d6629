import { version } from '../version.ts';
import { type Config, uniqueId } from './components.ts';
import type { Device } from './devices.ts';

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

/** A device's discovery: payload by topic. */
export function discoveryOf(device: Device, form: DiscoveryForm): ReadonlyMap<string, string> {
  return form.isPerEntity
    ? perEntity(device, form.prefix)
    : new Map([[deviceTopic(form.prefix, device.id), JSON.stringify(deviceMessage(device))]]);
}

export function deviceMessage(device: Device): Config & { readonly components: Config } {
  return {
    device: device.device,
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
        ...(platform === 'button' ? {} : { state_topic: device.stateTopic }),
        ...device.availability,
        ...component,
        device: device.device,
        origin: ORIGIN,
      }),
    ]),
  );
}
