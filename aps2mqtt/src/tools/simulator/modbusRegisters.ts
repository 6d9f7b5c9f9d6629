import type { InverterRecord } from '../../ecu/inverters.ts';
import { FAMILIES, type FamilyFacts, type Inverter } from './description.ts';
import type { PanelEnergy } from './energy.ts';
import type { ModbusMemory } from './modbusMemory.ts';
import { fractionOf } from './seeded.ts';

/** The only registers that answer. */
export const FIRST_REGISTER = 40_000;
export const LAST_REGISTER = 40_300;

const NOT_THERE = 0xff_ff;
const NOT_SIGNED = 0x80_00;
/** What an inverter takes for itself. */
const EFFICIENCY = 0.96;

/** One inverter as one SunSpec unit: model 1, 101 or 103, 111 or 113, 123, end, and 114 behind the end. */
export function modbusRegisters(
  { id, family }: Inverter,
  { online, measurement }: InverterRecord,
  energies: readonly PanelEnergy[],
  memory: ModbusMemory,
): Buffer {
  const bytes = Buffer.alloc((LAST_REGISTER - FIRST_REGISTER + 1) * 2, 0);
  const at = (address: number) => (address - FIRST_REGISTER) * 2;
  const word = (address: number, value: number) => bytes.writeUInt16BE(value & 0xff_ff, at(address));
  const text = (address: number, value: string) => bytes.write(value, at(address), 'latin1');
  const float = (address: number, value: number) => bytes.writeFloatBE(value, at(address));
  const model = (address: number, number: number, length: number) => {
    word(address, number);
    word(address + 1, length);
  };

  const { layout }: FamilyFacts = FAMILIES[family];
  const isThreePhase = layout === 'PVPVPVP';
  const powers = measurement?.powers ?? [];
  const watts = powers.reduce((sum, power) => sum + power, 0);
  const [voltA = 0, voltB = 0, voltC = 0] = online ? (measurement?.voltages ?? []) : [];
  const current = voltA === 0 ? 0 : watts / voltA;
  const wattHours = energies.reduce((sum, { today }) => sum + today, 0) * 1_000;

  text(40_000, 'SunS');
  model(40_002, 1, 66);
  text(40_004, 'APsystems');
  text(40_020, family.toUpperCase());
  text(40_044, '5314');
  text(40_052, id);

  model(40_070, isThreePhase ? 103 : 101, 50);
  for (let address = 40_072; address < 40_122; address++) {
    word(address, NOT_THERE);
  }
  word(40_072, Math.round(current * 100));
  word(40_073, Math.round((current / (isThreePhase ? 3 : 1)) * 100));
  word(40_076, -2);
  word(40_080, Math.round(voltA * 10));
  if (isThreePhase) {
    word(40_081, Math.round(voltB * 10));
    word(40_082, Math.round(voltC * 10));
  }
  word(40_083, -1);
  word(40_084, watts);
  word(40_085, 0);
  word(40_086, Math.round((measurement?.frequency ?? 0) * 100));
  word(40_087, -2);
  word(40_088, watts);
  word(40_089, 0);
  word(40_090, 0);
  word(40_091, 0);
  word(40_092, online ? 100 : NOT_SIGNED);
  word(40_093, -2);
  bytes.writeUInt32BE(Math.round(wattHours * 10), at(40_094));
  word(40_096, -1);
  for (const address of [40_098, 40_100, 40_102, 40_107]) {
    word(address, NOT_SIGNED);
  }
  word(40_103, measurement === null ? NOT_SIGNED : Math.round((measurement.temperature ?? 0) * 10));
  for (const address of [40_104, 40_105, 40_106]) {
    word(address, NOT_SIGNED);
  }
  word(40_107, -1);
  word(40_108, online ? 4 : 2);
  for (let address = 40_110; address < 40_122; address++) {
    word(address, 0);
  }

  model(40_122, isThreePhase ? 113 : 111, 60);
  for (let address = 40_124; address < 40_184; address += 2) {
    float(address, Number.NaN);
  }
  float(40_124, current);
  float(40_138, voltA);
  float(40_144, watts);
  float(40_146, measurement?.frequency ?? 0);

  model(40_184, 123, 24);
  word(40_188, memory.conn);
  word(40_189, memory.percent);
  word(40_193, memory.enabled);
  word(40_207, -1);
  word(40_208, NOT_SIGNED);
  word(40_209, NOT_SIGNED);
  model(40_210, 0xff_ff, 0);

  model(40_212, 114, 48);
  for (let panel = 0; panel < 8; panel++) {
    const power = powers[panel];
    const isThere = power !== undefined && online;
    const volts = 30 + 6 * fractionOf(`${id}volts${panel}`);
    const dcPower = (power ?? 0) / EFFICIENCY;
    float(40_214 + 2 * panel, isThere ? volts : Number.NaN);
    float(40_230 + 2 * panel, isThere ? dcPower / volts : Number.NaN);
    float(40_246 + 2 * panel, isThere ? dcPower : Number.NaN);
  }
  return bytes;
}
