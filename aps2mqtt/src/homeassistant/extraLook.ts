import { type Look, power } from './look.ts';

/** How what comes from Modbus and the ECU's web page looks. */

const measured = { platform: 'sensor', stateClass: 'measurement', availability: 'live' } as const;

export const dcVoltage = (name: string): Look => ({
  ...measured,
  name,
  deviceClass: 'voltage',
  unit: 'V',
  precision: 1,
});

export const dcCurrent = (name: string): Look => ({
  ...measured,
  name,
  deviceClass: 'current',
  unit: 'A',
  precision: 2,
});

export const dcPower = (name: string): Look => ({ ...power(name, 'mdi:solar-panel'), precision: 1 });

export const apparentPower = (name: string): Look => ({
  ...measured,
  name,
  deviceClass: 'apparent_power',
  unit: 'VA',
  precision: 0,
  isDiagnostic: true,
});

export const reactivePower = (name: string): Look => ({
  ...measured,
  name,
  deviceClass: 'reactive_power',
  unit: 'var',
  precision: 0,
  isDiagnostic: true,
});

export const powerFactor = (name: string): Look => ({
  ...measured,
  name,
  deviceClass: 'power_factor',
  precision: 2,
  isDiagnostic: true,
});

export const words = (name: string, options: readonly string[]): Look => ({
  platform: 'sensor',
  name,
  deviceClass: 'enum',
  options,
  availability: 'live',
  isDiagnostic: true,
});

/** The inverter's own counter. Whether it falls at a restart by day is not known. */
export const todayByInverter = (name: string): Look => ({
  platform: 'sensor',
  name,
  deviceClass: 'energy',
  stateClass: 'total_increasing',
  unit: 'kWh',
  precision: 2,
  availability: 'live',
  isDiagnostic: true,
});

export const powerLimit = (name: string): Look => ({
  platform: 'number',
  name,
  unit: '%',
  icon: 'mdi:car-speed-limiter',
  setting: 'power_limit',
  range: { min: 1, max: 100, step: 1 },
  availability: 'modbus',
});

export const production = (name: string): Look => ({
  platform: 'switch',
  name,
  icon: 'mdi:solar-power',
  setting: 'production',
  availability: 'modbus',
});

export const reportedLimit = (name: string): Look => ({
  platform: 'sensor',
  name,
  unit: '%',
  icon: 'mdi:car-speed-limiter',
  stateClass: 'measurement',
  precision: 0,
  availability: 'modbus',
  isDiagnostic: true,
});

export const problem = (name: string): Look => ({
  platform: 'binary_sensor',
  name,
  deviceClass: 'problem',
  availability: 'modbus',
});

/** Cannot be read back: what was commanded is shown, and that nobody knows. */
export const assumedSwitch = (name: string, setting: 'zero_export' | 'switched_on', icon: string): Look => ({
  platform: 'switch',
  name,
  icon,
  setting,
  isAssumed: true,
  availability: 'live',
});

export const maxPower = (name: string): Look => ({
  platform: 'number',
  name,
  deviceClass: 'power',
  unit: 'W',
  setting: 'max_power',
  range: { min: 20, max: 500, step: 1 },
  isAssumed: true,
  availability: 'live',
});

export const exportLimit = (name: string): Look => ({
  platform: 'number',
  name,
  deviceClass: 'power',
  unit: 'W',
  setting: 'export_limit',
  range: { min: 0, max: 100_000, step: 1 },
  isAssumed: true,
  availability: 'live',
});

export const meterPower = (name: string): Look => ({
  ...power(name, 'mdi:transmission-tower'),
  availability: 'meter',
});

export const meterMoment = (name: string): Look => ({
  platform: 'sensor',
  name,
  deviceClass: 'timestamp',
  availability: 'meter',
  isDiagnostic: true,
});
