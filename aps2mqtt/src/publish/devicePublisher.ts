import { devicesOf, firstOfSeveral } from '../homeassistant/devices.ts';
import type { KeptDiscovery } from '../homeassistant/keptDiscovery.ts';
import { Owners } from '../homeassistant/owners.ts';
import { translated } from '../homeassistant/translated.ts';
import type { Language } from '../language.ts';
import type { Topics } from '../mqtt/contract/topics.ts';
import type { EcuFacts } from '../site/output.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import type { Announcer } from './announcer.ts';
import type { Availability } from './availability.ts';
import type { Corrections } from './corrections.ts';
import type { Removed } from './removed.ts';

/** An ECU that is shown. */
export interface Shown {
  readonly snapshot: EcuSnapshot;
  readonly facts: EcuFacts;
}

/** What devices depend on, beside the snapshots. */
export interface DeviceWorld {
  readonly topics: Topics;
  /** ECUs have a picture of their roof. */
  readonly picture: boolean;
  readonly availability: Availability;
  readonly removed: Removed;
  readonly corrections: Corrections;
  /** Of the names; null while it is not known, and nothing is announced. */
  readonly language: () => Language | null;
}

/** Knows which devices may have to be announced: those that were shown, changed by another, or have another owner. */
export class DevicePublisher {
  readonly #announcer: Announcer;
  readonly #world: DeviceWorld;
  readonly #owners = new Owners();
  /** By ECU. */
  readonly #due = new Set<string>();
  /** The one that has the picture of all; null for none. */
  #first: string | null = null;

  constructor(announcer: Announcer, world: DeviceWorld) {
    this.#announcer = announcer;
    this.#world = world;
  }

  /** This ECU, or one of its inverters, may look different now. */
  note(ecuId: string): void {
    this.#due.add(ecuId);
  }

  /** Somebody emptied a topic of discovery, or announces what we do. */
  noteForeign(topic: string, shown: readonly Shown[]): void {
    const [, id = ''] = /aps_(\d{12})/.exec(topic) ?? [];
    for (const { snapshot } of shown) {
      if (snapshot.ecuId === id || snapshot.inverters.some((inverter) => inverter.id === id)) {
        this.note(snapshot.ecuId);
      }
    }
  }

  onHomeAssistantGone(): void {
    this.#announcer.onHomeAssistantGone();
  }

  /** Listens to the topics of all that may have to be announced, or cleared. */
  watch(shown: readonly Shown[]): void {
    for (const { snapshot } of shown.filter((one) => this.#due.has(one.snapshot.ecuId))) {
      const { meter, powerControl, exportControl } = snapshot;
      this.#announcer.watchEcu(snapshot.ecuId, (meter ?? powerControl ?? exportControl) !== undefined);
      for (const { id, modbus, switch: switched } of snapshot.inverters) {
        this.#announcer.watchInverter(id, (modbus ?? switched) !== undefined);
      }
    }
    for (const { ecuId, inverterId } of this.#world.removed.all) {
      if (inverterId === null) {
        this.#announcer.watchEcu(ecuId, true);
      } else {
        this.#announcer.watchInverter(inverterId, true);
      }
    }
  }

  /**
   * @param isAll announces what the broker keeps already, too
   * @returns whether anything had to be said
   */
  async announce(shown: readonly Shown[], isAll: boolean, signal: AbortSignal): Promise<boolean> {
    const { topics, removed, availability, picture } = this.#world;
    const language = this.#world.language();
    if (language === null) {
      return false;
    }
    const announcer = this.#announcer;
    const ecus = shown.map(({ snapshot, facts: { canRestart } }) => ({
      snapshot,
      canRestart,
      hasPicture: picture,
      isAnswering: availability.isAnswering(snapshot.ecuId),
    }));
    for (const id of this.#owners.update(ecus, (inverterId) => announcer.announcedBy(inverterId))) {
      this.note(this.#owners.ownerOf(id) ?? '');
    }
    this.#noteFirst(picture ? firstOfSeveral(ecus.map(({ snapshot }) => snapshot.ecuId)) : null);
    const isOwner = (ecuId: string, id: string) => this.#owners.ownerOf(id) === ecuId;
    const devices = devicesOf(ecus, topics, isOwner, (ecuId) => isAll || this.#due.has(ecuId));
    this.#due.clear();
    const isShown = (id: string) =>
      this.#owners.ownerOf(id) !== undefined || shown.some(({ snapshot }) => snapshot.ecuId === id);
    const wanted = {
      devices: devices
        .filter((device) => isAll || !this.#mustWait(device))
        .map((device) => translated(device, language)),
      isAll,
      isRemoved: (kept: KeptDiscovery) => !isShown(kept.deviceId) && removed.covers(kept),
      isOthers: ({ ecuId }: KeptDiscovery) => ecuId !== null && availability.isOthers(ecuId),
    };
    return announcer.announce(wanted, removed.ids, signal);
  }

  /** Another ECU has the picture of all now. */
  #noteFirst(first: string | null): void {
    if (first !== this.#first) {
      this.note(this.#first ?? '');
      this.note(first ?? '');
      this.#first = first;
    }
  }

  /** What another has changed waits for its turn. */
  #mustWait({ id, ecuId }: { readonly id: string; readonly ecuId: string }): boolean {
    const isWaiting = this.#announcer.topicsOf(id).some((topic) => this.#world.corrections.isWaiting(topic));
    if (isWaiting) {
      this.note(ecuId);
    }
    return isWaiting;
  }
}
