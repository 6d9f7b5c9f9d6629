import type { Channels } from '../ecu/models.ts';
import type { EcuSnapshot, InverterSnapshot } from '../site/snapshot.ts';
import { arrayProblemOf, GOOD_DAYS_TO_JUDGE, problemOf } from '../site/verdict.ts';
import type { Entity } from './entity.ts';
import { ecuExtraRows, inverterExtraRows } from './extraEntities.ts';
import * as look from './look.ts';

/** The rows of one ECU: what is switched on decides. */
export function ecuEntities(ecu: EcuSnapshot): readonly Entity<EcuSnapshot>[] {
  return [...ecuRows, ...ecuExtraRows(ecu)];
}

export const ecuRows: readonly Entity<EcuSnapshot>[] = [
  { key: 'current_power', suffix: 'power', value: (ecu) => ecu.currentPower, look: look.power('Power') },
  { key: 'today_energy', value: (ecu) => ecu.todayEnergy, look: look.energyToday('Energy today') },
  {
    key: 'lifetime_energy',
    value: (ecu) => ecu.lifetimeEnergy,
    look: look.lifetimeEnergy('Lifetime energy', 'lifetime_reset'),
  },
  { key: 'lifetime_reset', value: (ecu) => ecu.lifetimeReset?.toISOString() ?? null, look: null },
  {
    key: 'counted_energy',
    value: (ecu) => ecu.countedEnergy,
    look: look.diagnostic(look.countedEnergy('Counted energy')),
  },
  {
    key: 'counted_today_energy',
    value: (ecu) => ecu.countedTodayEnergy,
    look: look.diagnostic(look.countedEnergy('Counted energy today')),
  },
  {
    key: 'inverters_registered',
    value: (ecu) => ecu.invertersRegistered,
    look: look.count('Inverters registered', 'mdi:format-list-numbered'),
  },
  {
    key: 'inverters_online',
    value: (ecu) => ecu.invertersOnline,
    look: look.count('Inverters online', 'mdi:check-network-outline'),
  },
  {
    key: 'array_problem',
    value: ({ inverters }) => arrayProblemOf(inverters.map(({ verdict }) => verdict)),
    look: look.problem('Array problem'),
  },
  { key: 'poll_round', value: (ecu) => ecu.round, look: look.moment('Last update') },
  { key: 'model', value: (ecu) => ecu.model, look: null },
  { key: 'firmware', value: (ecu) => ecu.firmware, look: look.text('Firmware', 'mdi:chip') },
];

/** The rows of one inverter: how many panels and voltages it has decides. */
export function inverterEntities(inverter: InverterSnapshot): readonly Entity<InverterSnapshot>[] {
  const { powers, voltages } = inverter;
  return [...inverterRows({ powers: powers.length, voltages: voltages.length }), ...inverterExtraRows(inverter)];
}

const tables = new Map<string, readonly Entity<InverterSnapshot>[]>();

/** Made once for each kind of inverter: every state asks for them. */
export function inverterRows(channels: Channels): readonly Entity<InverterSnapshot>[] {
  const kind = `${channels.powers} ${channels.voltages}`;
  const rows = tables.get(kind) ?? newRows(channels);
  tables.set(kind, rows);
  return rows;
}

function newRows({ powers, voltages }: Channels): readonly Entity<InverterSnapshot>[] {
  const isThreePhase = voltages === 3;
  return [
    { key: 'online', value: ({ online }) => online, look: look.connectivity('Online') },
    { key: 'signal', value: ({ signal }) => signal, look: look.signal('Signal') },
    { key: 'temperature', value: ({ temperature }) => temperature, look: look.temperature('Temperature') },
    { key: 'frequency', value: ({ frequency }) => frequency, look: look.frequency('Grid frequency') },
    { key: 'power', value: totalPower, look: look.power('Power') },
    { key: 'energy', value: ({ counted }) => total(counted?.energy), look: look.countedEnergy('Energy') },
    { key: 'today_energy', value: ({ counted }) => total(counted?.today), look: look.countedEnergy('Energy today') },
    {
      key: 'voltage',
      value: (inverter) => mean(inverter.voltages),
      look: look.voltage(isThreePhase ? 'Mean phase voltage' : 'Grid voltage'),
    },
    ...Array.from({ length: powers }, (_, index) => panelPower(index)),
    ...Array.from({ length: powers }, (_, index) => panelEnergies(index)).flat(),
    ...Array.from({ length: voltages }, (_, index) => panelVoltage(index, isThreePhase)),
    ...Array.from({ length: powers }, (_, index) => panelRatio(index)),
    {
      key: 'problem',
      value: ({ verdict }) => problemOf(verdict),
      look: look.problem('Problem', ['problems', 'good_days']),
    },
    { key: 'problems', value: ({ verdict }) => verdict.problems, look: null },
    // So far, of the 10 that it takes to judge a panel: of the one that has fewest.
    { key: 'good_days', value: ({ verdict }) => goodDays(verdict.panels), look: null },
    { key: 'model', value: ({ family }) => family, look: null },
  ];
}

/** Its energy beside its neighbours' on the last good day, against its own past. */
function panelRatio(index: number): Entity<InverterSnapshot> {
  return {
    key: `panel_${index + 1}_ratio`,
    value: ({ verdict }) => verdict.panels[index]?.ratio ?? null,
    look: look.offByDefault(look.diagnostic(look.share(`Panel ${index + 1} against its neighbours`))),
  };
}

function goodDays(panels: InverterSnapshot['verdict']['panels']): number {
  return panels.length === 0 ? 0 : Math.min(GOOD_DAYS_TO_JUDGE, ...panels.map((panel) => panel.goodDays));
}

function panelPower(index: number): Entity<InverterSnapshot> {
  return {
    key: `panel_${index + 1}_power`,
    value: ({ powers }) => powers[index] ?? null,
    look: look.power(`Panel ${index + 1} power`, 'mdi:solar-panel'),
  };
}

/** Counted by us: no ECU tells them. */
function panelEnergies(index: number): Entity<InverterSnapshot>[] {
  const number = index + 1;
  return [
    {
      key: `panel_${number}_energy`,
      value: ({ counted }) => counted?.energy[index] ?? null,
      look: look.countedEnergy(`Panel ${number} energy`),
    },
    {
      key: `panel_${number}_today_energy`,
      value: ({ counted }) => counted?.today[index] ?? null,
      look: look.offByDefault(look.countedEnergy(`Panel ${number} energy today`)),
    },
  ];
}

/** kWh to the thousandth of a Wh, as they are kept. */
function total(energies: readonly number[] | undefined): number | null {
  return energies === undefined ? null : Math.round((sum(energies) ?? 0) * 1e6) / 1e6;
}

/** The key is the Python program's; what the ECU reports there is the grid's voltage, never a panel's. */
function panelVoltage(index: number, isThreePhase: boolean): Entity<InverterSnapshot> {
  const number = index + 1;
  return {
    key: `panel_${number}_voltage`,
    value: ({ voltages }) => voltages[index] ?? null,
    look: isThreePhase ? look.voltage(`Phase ${number} voltage`) : look.voltageAgain(`Grid voltage at panel ${number}`),
  };
}

/** W; 0 for an offline inverter whose number of panels nobody knows, null where a power is not known. */
function totalPower({ powers, online }: InverterSnapshot): number | null {
  return powers.length === 0 && online !== false ? null : sum(powers);
}

function sum(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);
}

function mean(values: readonly (number | null)[]): number | null {
  const total = sum(values);
  return total === null || values.length === 0 ? null : total / values.length;
}
