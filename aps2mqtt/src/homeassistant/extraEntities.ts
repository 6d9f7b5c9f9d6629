import { INVERTER_STATES } from '../modbus/sunspec.ts';
import type { InverterModbus, MeterSnapshot, PhasePowers, PowerControl } from '../site/extras.ts';
import type { EcuSnapshot, InverterSnapshot } from '../site/snapshot.ts';
import type { Entity } from './entity.ts';
import * as look from './extraLook.ts';
import { countedEnergy, offByDefault } from './look.ts';

/** What Modbus and the ECU's web page add to an ECU: nothing where both are off. */
export function ecuExtraRows({ powerControl, exportControl }: EcuSnapshot): readonly Entity<EcuSnapshot>[] {
  return [
    ...(powerControl === undefined ? [] : withLookIf(() => powerControl.isThere, POWER_ROWS)),
    ...(exportControl === undefined ? [] : EXPORT_ROWS),
  ];
}

const ofControl = (of: (control: PowerControl) => number | boolean | null) => (ecu: EcuSnapshot) =>
  ecu.powerControl === undefined ? null : of(ecu.powerControl);

const POWER_ROWS: readonly Entity<EcuSnapshot>[] = [
  { key: 'power_limit', value: ofControl(({ powerLimit }) => powerLimit), look: look.powerLimit('Power limit') },
  { key: 'production', value: ofControl(({ production }) => production), look: look.production('Production') },
  {
    key: 'reported_power_limit',
    value: ofControl(({ reportedLimit }) => reportedLimit),
    look: look.reportedLimit('Limit reported by ECU'),
  },
  {
    key: 'limit_not_followed',
    value: ofControl(({ isNotFollowed }) => isNotFollowed),
    look: look.problem('Limit not followed'),
  },
  { key: 'modbus_available', value: ofControl(({ isReachable }) => isReachable), look: null },
];

const EXPORT_ROWS: readonly Entity<EcuSnapshot>[] = [
  {
    key: 'zero_export',
    value: ({ exportControl }) => exportControl?.zeroExport ?? null,
    look: look.assumedSwitch('Zero export', 'zero_export', 'mdi:transmission-tower-off'),
  },
  {
    key: 'export_limit',
    value: ({ exportControl }) => exportControl?.exportLimit ?? null,
    look: look.exportLimit('Export limit'),
  },
];

const METERED = { production: 'Metered production', grid: 'Grid power', consumption: 'Consumption' } as const;

/** The state of the meters. */
export const meterRows: readonly Entity<MeterSnapshot>[] = [
  ...(['production', 'grid', 'consumption'] as const).flatMap(meterPowers),
  { key: 'measured_at', value: ({ measuredAt }) => measuredAt, look: look.meterMoment('Meter read at') },
  { key: 'grid_import_energy', value: ({ gridImport }) => gridImport, look: countedEnergy('Grid import') },
  { key: 'grid_export_energy', value: ({ gridExport }) => gridExport, look: countedEnergy('Grid export') },
  { key: 'available', value: ({ isFresh }) => isFresh, look: null },
];

function meterPowers(what: keyof typeof METERED): Entity<MeterSnapshot>[] {
  const phase = (name: keyof Omit<PhasePowers, 'total'>): Entity<MeterSnapshot> => ({
    key: `${what}_power_${name}`,
    value: (meter) => meter[what][name],
    look: offByDefault(look.meterPower(`${METERED[what]} phase ${name.toUpperCase()}`)),
  });
  return [
    { key: `${what}_power`, value: (meter) => meter[what].total, look: look.meterPower(METERED[what]) },
    phase('a'),
    phase('b'),
    phase('c'),
  ];
}

/** What Modbus and the ECU's web page add to an inverter. */
export function inverterExtraRows({ modbus, switch: switched }: InverterSnapshot): readonly Entity<InverterSnapshot>[] {
  return [
    ...(modbus === undefined ? [] : withLookIf((key) => modbus.shown.includes(key), modbusRows(modbus.panels.length))),
    ...(switched === undefined ? [] : SWITCH_ROWS),
  ];
}

const ofModbus = (of: (values: InverterModbus) => number | string | null) => (inverter: InverterSnapshot) =>
  inverter.modbus === undefined ? null : of(inverter.modbus);

function modbusRows(panelCount: number): readonly Entity<InverterSnapshot>[] {
  return [
    ...Array.from({ length: panelCount }, (_, index) => {
      const [key, name] = [`panel_${index + 1}_dc`, `Panel ${index + 1} DC`];
      return [
        {
          key: `${key}_voltage`,
          value: ofModbus((modbus) => modbus.panels[index]?.voltage ?? null),
          look: look.dcVoltage(`${name} voltage`),
        },
        {
          key: `${key}_current`,
          value: ofModbus((modbus) => modbus.panels[index]?.current ?? null),
          look: look.dcCurrent(`${name} current`),
        },
        {
          key: `${key}_power`,
          value: ofModbus((modbus) => modbus.panels[index]?.power ?? null),
          look: look.dcPower(`${name} power`),
        },
      ];
    }).flat(),
    { key: 'apparent_power', value: ofModbus((one) => one.apparentPower), look: look.apparentPower('Apparent power') },
    { key: 'reactive_power', value: ofModbus((one) => one.reactivePower), look: look.reactivePower('Reactive power') },
    { key: 'power_factor', value: ofModbus((one) => one.powerFactor), look: look.powerFactor('Power factor') },
    { key: 'inverter_state', value: ofModbus((one) => one.state), look: look.words('State', INVERTER_STATES) },
    { key: 'inverter_firmware', value: ofModbus((one) => one.firmware), look: null },
    {
      key: 'modbus_today_energy',
      value: ofModbus((one) => one.todayEnergy),
      look: look.todayByInverter('Energy today by inverter'),
    },
  ];
}

/** A key always; an entity once there is something to show. */
function withLookIf<T>(isShown: (key: string) => boolean, rows: readonly Entity<T>[]): readonly Entity<T>[] {
  return rows.map((row) => (isShown(row.key) ? row : { ...row, look: null }));
}

const SWITCH_ROWS: readonly Entity<InverterSnapshot>[] = [
  {
    key: 'switched_on',
    value: (inverter) => inverter.switch?.switchedOn ?? null,
    look: look.assumedSwitch('Switched on', 'switched_on', 'mdi:power'),
  },
  {
    key: 'max_power',
    value: (inverter) => inverter.switch?.maxPower ?? null,
    look: look.maxPower('Max power per panel'),
  },
];

/** All that there may be. */
export const everyEcuExtra: readonly Entity<EcuSnapshot>[] = [...POWER_ROWS, ...EXPORT_ROWS];
export const everyInverterExtra: readonly Entity<InverterSnapshot>[] = [...modbusRows(4), ...SWITCH_ROWS];
