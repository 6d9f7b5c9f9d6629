/**
 * The SunSpec registers of an APsystems ECU: the same in every public dump. Each
 * inverter is a unit of its own; numbers are those on the wire, and 40000 is 0x9C40.
 */

/** Registers in a row, as they came over the wire. */
export interface Block {
  readonly address: number;
  readonly count: number;
}

/** `SunS`, model 1 (who it is) and model 101 or 103 (how it does). */
export const IDENTITY: Block = { address: 40_000, count: 122 };
/** Model 123: the controls, which act on the whole array. */
export const CONTROLS: Block = { address: 40_184, count: 26 };
/** Model 114, behind the end marker: the panels. */
export const PANELS: Block = { address: 40_212, count: 50 };

export const CONN = 40_188;
export const W_MAX_LIM_PCT = 40_189;
export const W_MAX_LIM_ENA = 40_193;

const MODEL_1 = 40_002;
const FIRMWARE = 40_044;
const FIRMWARE_REGISTERS = 8;
const SERIAL = 40_052;
const SERIAL_REGISTERS = 16;
const INVERTER = 40_070;
const W_MAX_LIM_PCT_SF = 40_207;
const MOST_PANELS = 8;

/** What an inverter tells of itself; null for what is not there. */
export interface InverterValues {
  /** VA. */
  readonly apparentPower: number | null;
  /** var. */
  readonly reactivePower: number | null;
  /** -1 to 1. */
  readonly powerFactor: number | null;
  readonly state: InverterState | null;
  /** kWh of today, as every dump has it. */
  readonly todayEnergy: number | null;
}

export interface Identity extends InverterValues {
  /** As it stands in model 1: an inverter's 12 digits, or whatever a look-alike has there. */
  readonly serial: string;
  readonly firmware: string | null;
}

/** One panel's side of the inverter. */
export interface PanelValues {
  /** V. */
  readonly voltage: number | null;
  /** A. */
  readonly current: number | null;
  /** W. */
  readonly power: number | null;
}

/** What the ECU remembers of the controls: not always the truth. */
export interface ControlValues {
  readonly isConnected: boolean | null;
  /** %. */
  readonly limit: number | null;
  readonly isLimiting: boolean | null;
  /** Registers a percent: 10 for the scale -1 that all have. */
  readonly perPercent: number;
}

/** SunSpec's states of an inverter, in the order of their numbers from 1. */
export const INVERTER_STATES = [
  'off',
  'sleeping',
  'starting',
  'producing',
  'throttled',
  'shutting down',
  'fault',
  'standby',
] as const;
export type InverterState = (typeof INVERTER_STATES)[number];

/** @returns null where no SunSpec inverter answers; values of a model that is not where it should be are null */
export function parseIdentity(registers: Buffer): Identity | null {
  const { word, text } = readerOf(IDENTITY, registers);
  if (text(40_000, 2) !== 'SunS' || word(MODEL_1) !== 1) {
    return null;
  }
  const isInverter = [101, 102, 103].includes(word(INVERTER));
  return {
    serial: text(SERIAL, SERIAL_REGISTERS),
    firmware: text(FIRMWARE, FIRMWARE_REGISTERS) || null,
    ...(isInverter ? inverterValues(registers) : NOTHING),
  };
}

const NOTHING: InverterValues = {
  apparentPower: null,
  reactivePower: null,
  powerFactor: null,
  state: null,
  todayEnergy: null,
};

function inverterValues(registers: Buffer): InverterValues {
  const { word, signed, counter, scaled } = readerOf(IDENTITY, registers);
  const factor = scaled(signed(40_092), 40_093);
  const wattHours = scaled(counter(40_094), 40_096);
  return {
    apparentPower: scaled(signed(40_088), 40_089),
    reactivePower: scaled(signed(40_090), 40_091),
    // SunSpec means percent; many write the plain factor.
    powerFactor: factor !== null && Math.abs(factor) > 1 ? rounded(factor / 100) : factor,
    state: INVERTER_STATES[word(40_108) - 1] ?? null,
    todayEnergy: wattHours === null ? null : rounded(wattHours / 1_000),
  };
}

/** @returns null where model 114 is not; else of 8 panels, whichever there are */
export function parsePanels(registers: Buffer): readonly PanelValues[] | null {
  const { word, float } = readerOf(PANELS, registers);
  if (word(PANELS.address) !== 114) {
    return null;
  }
  return Array.from({ length: MOST_PANELS }, (_, index) => ({
    voltage: float(40_214 + 2 * index),
    current: float(40_230 + 2 * index),
    power: float(40_246 + 2 * index),
  }));
}

/** @returns null where model 123 is not */
export function parseControls(registers: Buffer): ControlValues | null {
  const { word, signed } = readerOf(CONTROLS, registers);
  if (word(CONTROLS.address) !== 123) {
    return null;
  }
  const scale = signed(W_MAX_LIM_PCT_SF);
  const perPercent = scale !== null && scale <= 0 && scale >= -2 ? 10 ** -scale : 10;
  const limit = word(W_MAX_LIM_PCT);
  return {
    isConnected: asSwitch(word(CONN)),
    limit: limit / perPercent <= 100 ? limit / perPercent : null,
    isLimiting: asSwitch(word(W_MAX_LIM_ENA)),
    perPercent,
  };
}

const asSwitch = (word: number) => (word === 1 ? true : word === 0 ? false : null);

function readerOf({ address: first }: Block, registers: Buffer) {
  const at = (address: number) => (address - first) * 2;
  const word = (address: number) => registers.readUInt16BE(at(address));
  /** 0x8000 is "not there", and so is 0xFFFF where no negative value has a meaning. */
  const signed = (address: number) => {
    const value = registers.readInt16BE(at(address));
    return value === -0x8000 ? null : value;
  };
  const float = (address: number) => {
    const value = registers.readFloatBE(at(address));
    // Single precision has seven digits; the others would be noise.
    return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
  };
  const counter = (address: number) => {
    const value = registers.readUInt32BE(at(address));
    return value === 0xff_ff_ff_ff ? null : value;
  };
  const scaled = (value: number | null, scaleAt: number) => {
    const scale = signed(scaleAt);
    return value === null || scale === null || Math.abs(scale) > 10 ? null : rounded(value * 10 ** scale);
  };
  const text = (address: number, count: number) => {
    const bytes = registers.toString('latin1', at(address), at(address + count));
    return bytes
      .replace(/\0.*$/s, '')
      .replace(/[^ -~]/g, '')
      .trim();
  };
  return { word, signed, float, counter, scaled, text };
}

/** Without the noise of binary fractions. */
const rounded = (value: number) => Number(value.toPrecision(12));
