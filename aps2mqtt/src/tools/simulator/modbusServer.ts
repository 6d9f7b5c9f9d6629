import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import { type ModbusMemory, modbusMemory } from './modbusMemory.ts';
import { FIRST_REGISTER, LAST_REGISTER, modbusRegisters } from './modbusRegisters.ts';
import type { Place } from './simulator.ts';
import type { SimulatedSite } from './siteState.ts';

/** A register that somebody wrote. */
export interface ModbusWrite {
  /** By the simulated clock. */
  readonly time: Date;
  readonly unit: number;
  readonly address: number;
  readonly value: number;
}

export type ModbusManner = 'usual' | 'oneAnswer' | 'exception' | 'silent';

export interface SimulatedModbus extends Place {
  /** All writes, oldest first. */
  readonly writes: readonly ModbusWrite[];
  readonly memory: ModbusMemory;
  /** Units that were asked, the latest 1,000. */
  readonly asked: readonly number[];
  /** A connection ends after one answer, or writes are refused. */
  manner: ModbusManner;
  /** Owners number their inverters as they like: 1, 11, 12… unless told. */
  setUnits(units: ReadonlyMap<number, string>): void;
  /** Ends all misbehaviour. */
  behave(): void;
  /** Closes all connections; resolves when the port is free. */
  stop(): Promise<void>;
}

/** s until inverters do what they are told. */
const EFFECT = 20;
/** ms after which an idle connection is dropped. */
const IDLE = 10_000;
const WRITABLE: Readonly<Record<number, 'conn' | 'percent' | 'enabled'>> = {
  40188: 'conn',
  40189: 'percent',
  40193: 'enabled',
};

/** Serves a site's inverters as SunSpec units, as an ECU does: silent where the unit or the register is wrong. */
export async function startModbus(
  site: SimulatedSite,
  { host, port }: Place,
  clock: Pick<Clock, 'now'>,
  onWrite: (write: ModbusWrite) => void = () => {},
): Promise<SimulatedModbus> {
  const sockets = new Set<Socket>();
  const writes: ModbusWrite[] = [];
  const asked: number[] = [];
  const memory = modbusMemory((part) => site.limitPower(part, new Date(clock.now().getTime() + EFFECT * 1_000)));
  let units: ReadonlyMap<number, string> | null = null;
  let manner: ModbusManner = 'usual';

  /** 1, 11, 12, 13…: nobody shall count on 1 to N. */
  const usualUnits = () => new Map(site.inverters.map(({ id }, index) => [index === 0 ? 1 : index + 10, id]));

  function registersOf(unit: number): Buffer | null {
    const id = (units ?? usualUnits()).get(unit);
    const inverter = site.inverters.find((one) => one.id === id);
    const { records, energies } = site.state();
    const record = records.find((one) => one.id === id);
    if (inverter === undefined || inverter.state === 'neverHeard' || record === undefined) {
      return null;
    }
    return modbusRegisters(inverter, record, energies.get(inverter.id) ?? [], memory);
  }

  /** @returns the answer behind its unit; null for silence */
  function answer(unit: number, request: Buffer): Buffer | null {
    const code = request.readUInt8(0);
    const address = request.readUInt16BE(1);
    const registers = registersOf(unit);
    const count = code === 6 ? 1 : request.readUInt16BE(3);
    if (
      manner === 'silent' ||
      registers === null ||
      address < FIRST_REGISTER ||
      address + count - 1 > LAST_REGISTER ||
      count > 125
    ) {
      return null;
    }
    if (code === 3) {
      const from = (address - FIRST_REGISTER) * 2;
      return Buffer.concat([Buffer.from([3, count * 2]), registers.subarray(from, from + count * 2)]);
    }
    const values = code === 6 ? [request.readUInt16BE(3)] : code === 16 ? wordsOf(request.subarray(6), count) : null;
    if (values === null) {
      return null;
    }
    if (manner === 'exception') {
      return Buffer.from([code | 0x80, 4]);
    }
    for (const [index, value] of values.entries()) {
      const what = WRITABLE[address + index];
      const write = { time: clock.now(), unit, address: address + index, value };
      writes.push(write);
      onWrite(write);
      if (what !== undefined) {
        memory.write(what, value);
      }
    }
    return request.subarray(0, 5);
  }

  function accept(socket: Socket): void {
    sockets.add(socket);
    let received: Buffer = Buffer.alloc(0);
    /** A connection is one unit's. */
    let its: number | null = null;
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.setTimeout(IDLE, () => socket.end());
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      for (let size = sizeOf(received); size !== null; size = sizeOf(received)) {
        const frame = received.subarray(0, size);
        received = received.subarray(size);
        const unit = frame.readUInt8(6);
        asked.push(unit);
        asked.splice(0, asked.length - 1_000);
        const reply = its === null || its === unit ? answer(unit, frame.subarray(7)) : null;
        its = unit;
        if (reply !== null) {
          const head = Buffer.from(frame.subarray(0, 7));
          head.writeUInt16BE(reply.length + 1, 4);
          socket.write(Buffer.concat([head, reply]));
          if (manner === 'oneAnswer') {
            socket.end();
          }
        }
      }
    });
  }

  const server = createServer({ noDelay: true }, accept).listen(port, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    writes,
    asked,
    memory,
    get manner() {
      return manner;
    },
    set manner(now) {
      manner = now;
    },
    setUnits: (now) => {
      units = now;
    },
    behave() {
      manner = 'usual';
      memory.isEcho = false;
    },
    async stop() {
      for (const socket of sockets) {
        socket.destroy();
      }
      if (server.listening) {
        server.close();
        await once(server, 'close');
      }
    },
  };
}

const SHORTEST = 12;

/** Bytes of the first whole request; null while there is none. */
function sizeOf(received: Buffer): number | null {
  const size = received.length < 7 ? Number.POSITIVE_INFINITY : 6 + received.readUInt16BE(4);
  return received.length >= Math.max(size, SHORTEST) ? size : null;
}

function wordsOf(bytes: Buffer, count: number): number[] | null {
  return bytes.length < count * 2 ? null : Array.from({ length: count }, (_, index) => bytes.readUInt16BE(index * 2));
}
