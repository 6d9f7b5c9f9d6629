import type { Device } from './devices.ts';
import { type DiscoveryForm, deviceMessage, discoveryOf } from './discovery.ts';
import type { Retained } from './retained.ts';

/** What to say, in this order and with a pause in between, so that Home Assistant has what we want it to have. */
export interface Plan {
  /** Topics that get the marker: their entities move to another topic. */
  readonly release: readonly string[];
  /** Discovery payloads that the broker does not keep yet, by topic. */
  readonly announce: ReadonlyMap<string, string>;
  /** Topics to be emptied: moved away from, or of something that is gone. */
  readonly clear: readonly string[];
}

/** What shall be there, and what may go. */
export interface Wanted {
  readonly devices: readonly Device[];
  readonly form: DiscoveryForm;
  /** Inverters that were removed, by our own decision or the user's word. */
  readonly removed: ReadonlySet<string>;
  /**
   * ECUs of which all inverters of the last weeks are known, from saved state: what is announced for them beyond these
   * is from before, and may go. Without that knowledge, an inverter that one poll lacks looks just the same.
   */
  readonly remembered: ReadonlySet<string>;
}

/**
 * @param found what the broker keeps, by topic
 * @param isAll announce what the broker keeps already, too
 */
export function planAnnouncement(wanted: Wanted, found: ReadonlyMap<string, Retained>, isAll: boolean): Plan {
  const { devices, form, removed, remembered } = wanted;
  const release: string[] = [];
  const announce = new Map<string, string>();
  const clear: string[] = [];
  const ids = new Set(devices.map(({ id }) => id));
  const byDevice = new Map<string, [topic: string, kept: Retained][]>();
  for (const [topic, kept] of found) {
    const list = byDevice.get(kept.deviceId) ?? [];
    list.push([topic, kept]);
    byDevice.set(kept.deviceId, list);
  }

  for (const device of devices) {
    const messages = discoveryOf(device, form);
    const others = (byDevice.get(device.id) ?? []).filter(([topic]) => !messages.has(topic));
    const moved = others.filter(([, kept]) => isMoving(kept, device, form));
    release.push(...moved.map(([topic]) => topic));
    // The topic of the device form keeps its marker: emptied, it would make Home Assistant log that there is nothing
    // to clean up.
    clear.push(...others.filter(([, kept]) => kept.isPerEntity).map(([topic]) => topic));
    for (const [topic, payload] of messages) {
      const kept = found.get(topic);
      if (isAll || kept?.payload !== payload || moved.length > 0) {
        announce.set(topic, kept === undefined ? payload : withRetired(payload, device, kept));
      }
    }
  }

  for (const [topic, kept] of found) {
    const isOrphan = kept.maker === 'ours' && kept.ecuId !== null && remembered.has(kept.ecuId);
    if (!ids.has(kept.deviceId) && (removed.has(kept.deviceId) || isOrphan)) {
      clear.push(topic);
    }
  }
  return { release, announce, clear };
}

/** Does what this topic announced live on elsewhere? What does not is simply cleared. */
function isMoving({ isPerEntity, maker, platforms }: Retained, device: Device, form: DiscoveryForm): boolean {
  if (!isPerEntity) {
    return form.isPerEntity && maker === 'ours';
  }
  return !form.isPerEntity && Array.from(platforms).every(([suffix, platform]) => isWanted(device, suffix, platform));
}

function isWanted({ components }: Device, suffix: string, platform: string): boolean {
  return components.get(suffix)?.platform === platform;
}

/**
 * A component that a device no longer has must be named once more, with nothing but its platform. By the next
 * announcement it is left out altogether.
 */
function withRetired(payload: string, device: Device, kept: Retained): string {
  const retired = Array.from(kept.platforms).filter(([suffix, platform]) => !isWanted(device, suffix, platform));
  if (kept.isPerEntity || retired.length === 0) {
    return payload;
  }
  const message = deviceMessage(device);
  const stubs = Object.fromEntries(retired.map(([suffix, platform]) => [suffix, { platform }]));
  return JSON.stringify({ ...message, components: { ...message.components, ...stubs } });
}
