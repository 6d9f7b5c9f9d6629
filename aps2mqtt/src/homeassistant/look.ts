import type { Setting } from '../site/order.ts';

/** How an entity looks in Home Assistant. What is left out there is left out in discovery too. */
export interface Look {
  readonly name: string;
  readonly platform: 'sensor' | 'binary_sensor' | 'number' | 'switch';
  readonly deviceClass?:
    | 'power'
    | 'energy'
    | 'temperature'
    | 'frequency'
    | 'voltage'
    | 'current'
    | 'apparent_power'
    | 'reactive_power'
    | 'power_factor'
    | 'timestamp'
    | 'connectivity'
    | 'problem'
    | 'enum';
  /** All values of an `enum`. */
  readonly options?: readonly string[];
  readonly stateClass?: 'measurement' | 'total' | 'total_increasing';
  /** Key that tells when a `total` began anew at 0. */
  readonly resetKey?: string;
  readonly unit?: string;
  /** Keys that are shown as the entity's attributes. */
  readonly attributes?: readonly string[];
  /** Decimals that are shown; what is published is not rounded. */
  readonly precision?: number;
  readonly icon?: string;
  readonly isDiagnostic?: true;
  /** Announced, and there for who switches it on. */
  readonly isOffByDefault?: true;
  /** What a person sets by it; only numbers and switches. */
  readonly setting?: Setting;
  /** Of a number. */
  readonly range?: { readonly min: number; readonly max: number; readonly step: number };
  /** It shows what was commanded, and nobody can tell whether that is so. */
  readonly isAssumed?: true;
  /**
   * A live value is available while its ECU answers, a kept one whenever we run: an energy total stays true through the
   * night. What comes over Modbus or from the meters is available while these give something.
   */
  readonly availability: 'live' | 'kept' | 'modbus' | 'meter';
}

const measured = { platform: 'sensor', stateClass: 'measurement', precision: 0, availability: 'live' } as const;
const kept = { platform: 'sensor', availability: 'kept' } as const;

export const power = (name: string, icon = 'mdi:solar-power'): Look => ({
  ...measured,
  name,
  deviceClass: 'power',
  unit: 'W',
  icon,
});

const energy = { ...kept, deviceClass: 'energy', unit: 'kWh', icon: 'mdi:solar-power' } as const;

/** Falls to 0 every night. */
export const energyToday = (name: string): Look => ({ ...energy, name, stateClass: 'total_increasing', precision: 2 });

/**
 * `total`, so that a fall and the way back cancel each other out; with `total_increasing` a single false 0 would count
 * a whole lifetime again. A counter that did begin anew says so by its last reset: the fall would count as minus a whole
 * lifetime.
 */
export const lifetimeEnergy = (name: string, resetKey: string): Look => ({
  ...energy,
  name,
  stateClass: 'total',
  resetKey,
  precision: 1,
});

/** Counted by us. It never falls but for the new day. */
export const countedEnergy = (name: string): Look => ({
  ...energy,
  name,
  stateClass: 'total_increasing',
  precision: 2,
});

export const diagnostic = (look: Look): Look => ({ ...look, isDiagnostic: true });

export const offByDefault = (look: Look): Look => ({ ...look, isOffByDefault: true });

export const temperature = (name: string): Look => ({ ...measured, name, deviceClass: 'temperature', unit: '°C' });

export const frequency = (name: string): Look => ({
  ...measured,
  name,
  deviceClass: 'frequency',
  unit: 'Hz',
  precision: 1,
});

export const voltage = (name: string): Look => ({ ...measured, name, deviceClass: 'voltage', unit: 'V' });

/** The same word as another entity's, reported once more. */
export const voltageAgain = (name: string): Look => offByDefault({ ...voltage(name), isDiagnostic: true });

/** Without a class: Home Assistant's signal strength is dB or dBm, and nobody knows the ECU's scale. */
export const signal = (name: string): Look => ({
  ...measured,
  name,
  unit: '%',
  icon: 'mdi:signal',
  isDiagnostic: true,
});

export const count = (name: string, icon: string): Look => ({ ...measured, name, icon, isDiagnostic: true });

export const moment = (name: string): Look => ({ ...kept, name, deviceClass: 'timestamp', isDiagnostic: true });

export const text = (name: string, icon: string): Look => ({ ...kept, name, icon, isDiagnostic: true });

export const connectivity = (name: string): Look => ({
  name,
  platform: 'binary_sensor',
  deviceClass: 'connectivity',
  availability: 'live',
});

/** Stays through night and silence: a dead panel is dead in the dark as well. */
export const problem = (name: string, attributes: readonly string[] = []): Look => ({
  name,
  platform: 'binary_sensor',
  deviceClass: 'problem',
  ...(attributes.length === 0 ? {} : { attributes }),
  availability: 'kept',
});

/** % of what is expected. */
export const share = (name: string): Look => ({
  ...kept,
  name,
  stateClass: 'measurement',
  unit: '%',
  precision: 0,
  icon: 'mdi:solar-panel',
});
