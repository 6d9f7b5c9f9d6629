import type { Block } from './sunspec.ts';

/** A unit gave no registers: nobody there, a wrong unit, or a wrong register. */
export class ModbusError extends Error {
  override name = 'ModbusError';
  /** Nothing serves this port: the same for all units. */
  readonly isUnreachable: boolean;

  constructor(message: string, isUnreachable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isUnreachable = isUnreachable;
  }
}

/** An open connection to one unit. */
export interface ModbusLink {
  /** @throws ModbusError */
  read(block: Block): Promise<Buffer>;
  /** @throws ModbusError when it was not acknowledged */
  write(address: number, value: number): Promise<void>;
  close(): void;
}

/** All that reading and control need of the world. */
export interface ModbusTransport {
  /**
   * @throws ModbusError when nothing takes the connection
   * @throws the signal's reason when it is aborted
   */
  open(unit: number, signal: AbortSignal): Promise<ModbusLink>;
}
