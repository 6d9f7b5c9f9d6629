import {
  type Block,
  CONTROLS,
  type ControlValues,
  IDENTITY,
  type Identity,
  PANELS,
  type PanelValues,
  parseControls,
  parseIdentity,
  parsePanels,
} from './sunspec.ts';
import type { ModbusLink, ModbusTransport } from './transport.ts';
import { ModbusError } from './transport.ts';

/** All that one unit tells. */
export interface UnitReading {
  readonly identity: Identity;
  /** Null where the unit has none. */
  readonly panels: readonly PanelValues[] | null;
  /** Null where the unit has none, or they were not asked for. */
  readonly controls: ControlValues | null;
}

/** What is asked of a unit beside who it is: each block that is not there costs a time-out. */
export interface Wanted {
  readonly panels: boolean;
  readonly controls: boolean;
}

/** How an ECU treats connections, as far as it has shown. */
export interface Manner {
  /** A connection outlives its first answer. */
  keepsOpen: boolean;
}

/**
 * Reads one unit over one connection. Where the connection does not outlive its first answer, as some ECUs have it, what
 * is left is asked for on new ones.
 *
 * @param manner learned here, so that it costs its time-out once
 * @returns null where something answers that is no SunSpec inverter
 * @throws ModbusError when the unit is silent
 * @throws the signal's reason when it is aborted
 */
export async function readUnit(
  transport: ModbusTransport,
  unit: number,
  wanted: Wanted,
  manner: Manner,
  signal: AbortSignal,
): Promise<UnitReading | null> {
  const link = await transport.open(unit, signal);
  try {
    const identity = parseIdentity(await link.read(IDENTITY));
    if (identity === null) {
      return null;
    }
    const more = (block: Block) => readMore(link, transport, unit, block, manner, signal);
    const panels = wanted.panels ? await more(PANELS) : null;
    const controls = wanted.controls ? await more(CONTROLS) : null;
    return { identity, panels: panels && parsePanels(panels), controls: controls && parseControls(controls) };
  } finally {
    link.close();
  }
}

/** Null for registers that are not there: an ECU is silent then, or says so. */
async function readMore(
  link: ModbusLink,
  transport: ModbusTransport,
  unit: number,
  block: Block,
  manner: Manner,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const registers = manner.keepsOpen ? await orNull(link.read(block)) : null;
  if (registers !== null) {
    return registers;
  }
  const again = await orNull(readOnce(transport, unit, block, signal));
  manner.keepsOpen &&= again === null;
  return again;
}

/** @throws whatever is no ModbusError */
async function orNull(registers: Promise<Buffer>): Promise<Buffer | null> {
  try {
    return await registers;
  } catch (error) {
    if (error instanceof ModbusError) {
      return null;
    }
    throw error;
  }
}

/** @throws ModbusError @throws the signal's reason when it is aborted */
export async function readOnce(
  transport: ModbusTransport,
  unit: number,
  block: Block,
  signal: AbortSignal,
): Promise<Buffer> {
  const link = await transport.open(unit, signal);
  try {
    return await link.read(block);
  } finally {
    link.close();
  }
}

/** @throws ModbusError when it was not acknowledged @throws the signal's reason when it is aborted */
export async function writeOnce(
  transport: ModbusTransport,
  unit: number,
  address: number,
  value: number,
  signal: AbortSignal,
): Promise<void> {
  const link = await transport.open(unit, signal);
  try {
    await link.write(address, value);
  } finally {
    link.close();
  }
}
