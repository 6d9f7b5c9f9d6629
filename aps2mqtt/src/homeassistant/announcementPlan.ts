import type { Device } from './devices.ts';
import { type DiscoveryForm, deviceMessage, discoveryOf } from './discovery.ts';
import type { KeptDiscovery } from './keptDiscovery.ts';

/** What to say, in this order and with a pause in between, so that Home Assistant has what we want it to have. */
export interface Plan {
  /** Topics that get the marker: their entities are announced anew, mostly on another topic. */
  readonly release: readonly string[];
  /** State topics to be emptied while nothing reads them. */
  readonly empty: readonly string[];
  /** Discovery payloads that the broker does not keep yet, by topic. */
  readonly announce: ReadonlyMap<string, string>;
  /** Topics to be emptied: moved away from, or of something that is gone. */
  readonly clear: readonly string[];
}

/** What shall be there, and what may go. */
export interface Wanted {
  readonly devices: readonly Device[];
  readonly form: DiscoveryForm;
  /** Announce what the broker keeps already, too. */
  readonly isAll: boolean;
  /** Was it removed, by our own decision or the user's word? */
  readonly isRemoved: (kept: KeptDiscovery) => boolean;
  /** Does another instance of ours say this, which is not to be touched? */
  readonly isOthers: (kept: KeptDiscovery) => boolean;
}

/** What the broker keeps, by topic. */
export type Found = ReadonlyMap<string, KeptDiscovery>;

/**
 * @param staleStates state topics with a payload from long ago, which Home Assistant would read once more by each start
 */
export function planAnnouncement(wanted: Wanted, found: Found, staleStates: ReadonlySet<string>): Plan {
  const release: string[] = [];
  const empty: string[] = [];
  const announce = new Map<string, string>();
  const clear = gone(wanted, found);
  const byDevice = groupByDevice(found);

  for (const device of wanted.devices) {
    const messages = discoveryOf(device, wanted.form);
    const kept = byDevice.get(device.id) ?? [];
    if (!device.isComplete && kept.some(([, one]) => retiredFrom(one, device).length > 0)) {
      // More of it was known when that was announced, so it stays.
      continue;
    }
    if (!device.isSure && kept.some(([, one]) => one.ecuId !== device.ecuId && wanted.isOthers(one))) {
      // It works at another ECU, which another instance reads.
      continue;
    }
    const others = kept.filter(([topic]) => !messages.has(topic));
    const isStale = staleStates.has(device.stateTopic);
    // To read an emptied state would make Home Assistant's templates complain, so its entities have to be away.
    const moved = kept.filter(([topic, one]) =>
      messages.has(topic) ? isStale && one.maker !== 'marker' : isMoving(one, device, wanted.form),
    );
    release.push(...moved.map(([topic]) => topic));
    empty.push(...(isStale ? [device.stateTopic] : []));
    // The topic of the device form keeps its marker: emptied, it would make Home Assistant log that there is nothing
    // to clean up.
    clear.push(...others.filter(([, { isPerEntity }]) => isPerEntity).map(([topic]) => topic));
    for (const [topic, payload] of messages) {
      const before = found.get(topic);
      if (wanted.isAll || before?.payload !== payload || moved.length > 0) {
        announce.set(topic, before === undefined ? payload : withRetired(payload, device, before));
      }
    }
  }
  return { release, empty, announce, clear };
}

function groupByDevice(found: Found): ReadonlyMap<string, (readonly [topic: string, kept: KeptDiscovery])[]> {
  const groups = new Map<string, [string, KeptDiscovery][]>();
  for (const [topic, kept] of found) {
    const group = groups.get(kept.deviceId) ?? [];
    group.push([topic, kept]);
    groups.set(kept.deviceId, group);
  }
  return groups;
}

/** What was announced for what is no more. */
function gone({ devices, isRemoved, isOthers }: Wanted, found: Found): string[] {
  const ids = new Set(devices.map(({ id }) => id));
  return Array.from(found)
    .filter(([, kept]) => !ids.has(kept.deviceId) && isRemoved(kept) && !isOthers(kept))
    .map(([topic]) => topic);
}

/** Does what this topic announced live on elsewhere? What does not is simply cleared. */
function isMoving(kept: KeptDiscovery, device: Device, form: DiscoveryForm): boolean {
  if (!kept.isPerEntity) {
    return form.isPerEntity && kept.maker === 'ours';
  }
  return !form.isPerEntity && retiredFrom(kept, device).length === 0;
}

/** What was announced and is not wanted any more. */
function retiredFrom(
  { platforms }: KeptDiscovery,
  { components }: Device,
): (readonly [suffix: string, platform: string])[] {
  return Array.from(platforms).filter(([suffix, platform]) => components.get(suffix)?.platform !== platform);
}

/**
 * A component that a device no longer has must be named once more, with nothing but its platform. By the next
 * announcement it is left out altogether.
 */
function withRetired(payload: string, device: Device, kept: KeptDiscovery): string {
  const retired = retiredFrom(kept, device);
  if (kept.isPerEntity || retired.length === 0) {
    return payload;
  }
  const message = deviceMessage(device);
  const stubs = Object.fromEntries(retired.map(([suffix, platform]) => [suffix, { platform }]));
  return JSON.stringify({ ...message, components: { ...message.components, ...stubs } });
}
