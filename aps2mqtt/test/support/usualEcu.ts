import type { EcuOptions } from '../../src/options/options.ts';

/** What the options of an ECU are in a test that says nothing else; where it is, each test says. */
export const USUAL_ECU: Omit<EcuOptions, 'host' | 'port'> = {
  name: null,
  timezone: 'Europe/Paris',
  isTimezoneTyped: true,
  autoRestart: false,
  wifiSsid: '',
  wifiPassword: '',
  modbus: 'off',
  modbusPort: 502,
  webPage: 'off',
};
