import type { Found } from './announcementPlan.ts';
import type { Config } from './components.ts';
import type { Device } from './devices.ts';

/** Home Assistant's recorder makes statistics of each five minutes, ten seconds after they are over. */
const PERIOD_MS = 300_000;
const COMPILED_MS = 20_000;

/**
 * Entities that are taken over with another unit: the Python program's signal was in dBm. Home Assistant's recorder
 * warns of an entity that has a state class and had two units within five minutes, so such an entity gets its state
 * class when these are over.
 */
export class UnitChanges {
  /** When the five minutes of the change are dealt with, by `unique_id`. */
  readonly #until = new Map<unknown, number>();

  note(devices: readonly Device[], found: Found, now: Date): void {
    const units = new Map<string, string | null>();
    for (const { deviceId, maker, platforms, unit } of found.values()) {
      for (const suffix of maker === 'python' ? platforms.keys() : []) {
        units.set(`${deviceId}/${suffix}`, unit);
      }
    }
    const until = (Math.floor(now.getTime() / PERIOD_MS) + 1) * PERIOD_MS + COMPILED_MS;
    for (const { id, components } of devices) {
      for (const [suffix, component] of components) {
        const unit = units.get(`${id}/${suffix}`);
        if (unit !== undefined && unit !== (component.unit_of_measurement ?? null)) {
          this.#until.set(component.unique_id, until);
        }
      }
    }
  }

  /** The devices as they may be announced now. */
  apply(devices: readonly Device[], now: Date): readonly Device[] {
    const isWaiting = ({ unique_id }: Config) => now.getTime() < (this.#until.get(unique_id) ?? 0);
    return this.#until.size === 0
      ? devices
      : devices.map((device) => ({
          ...device,
          components: new Map(
            Array.from(device.components, ([suffix, component]) => [
              suffix,
              isWaiting(component) ? { ...component, state_class: undefined } : component,
            ]),
          ),
        }));
  }
}
