import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './broker.ts';
import { answerTo, CONNACK, messageOf, PacketReader, PUBLISH, SUBACK } from './mqttPackets.ts';

/** What the broker keeps comes right behind its answer to a subscription. */
const KEPT_MS = 4;

/** Lies between a program and its broker. Knows what is under way, and breaks as a network does. */
export interface BrokerWire {
  /** Where the program finds its broker. */
  readonly port: number;
  /** Connections that were made so far, and those that stand. */
  readonly connections: { readonly total: number; readonly open: number };
  /** Is an answer due, from the broker to the program? */
  isBusy(): boolean;
  /** No connection is taken any more, and the ones that stand are closed. */
  close(): Promise<void>;
  open(): Promise<void>;
  /** Resets the connections that stand. */
  reset(): void;
  /** Connections stand and are taken, but nothing gets through; until `heal()`, which costs those that hung. */
  hang(): void;
  heal(): void;
}

export interface WireListener {
  /** The program publishes; the broker has not heard it yet. */
  onPublish(message: { readonly topic: string; readonly payload: string }): void;
  /** The broker lets the program in. */
  onConnected(): void;
  /** The program hears something. */
  onDelivered(topic: string): void;
}

export async function startWire(brokerPort: number, listener: WireListener): Promise<BrokerWire> {
  const port = await freePort();
  const pairs = new Set<{ readonly program: Socket; readonly broker: Socket; due: number[] }>();
  let total = 0;
  let isHanging = false;
  let keptUntil = 0;
  let server: Server | null = null;

  function accept(program: Socket): void {
    total++;
    const broker = connect({ host: '127.0.0.1', port: brokerPort, noDelay: true });
    const pair: { program: Socket; broker: Socket; due: number[] } = { program, broker, due: [] };
    pairs.add(pair);
    const [said, heard] = [new PacketReader(), new PacketReader()];
    program.on('data', (chunk: Buffer) => {
      if (isHanging) {
        return;
      }
      for (const packet of said.read(chunk)) {
        const answer = answerTo(packet);
        pair.due = pair.due.concat(answer ?? []);
        if (packet.type === PUBLISH) {
          listener.onPublish(messageOf(packet));
        }
      }
      broker.write(chunk);
    });
    broker.on('data', (chunk: Buffer) => {
      if (isHanging) {
        return;
      }
      for (const packet of heard.read(chunk)) {
        const { type } = packet;
        const index = pair.due.indexOf(type);
        pair.due = pair.due.filter((_, at) => at !== index);
        keptUntil = type === SUBACK ? performance.now() + KEPT_MS : keptUntil;
        if (type === CONNACK) {
          listener.onConnected();
        } else if (type === PUBLISH) {
          listener.onDelivered(messageOf(packet).topic);
        }
      }
      program.write(chunk);
    });
    for (const [one, other] of [
      [program, broker],
      [broker, program],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
  }

  async function open(): Promise<void> {
    server = createServer({ noDelay: true }, accept).listen(port, '127.0.0.1');
    await once(server, 'listening');
  }

  function drop(how: 'destroy' | 'resetAndDestroy'): void {
    for (const { program, broker } of pairs) {
      program[how]();
      broker.destroy();
    }
    pairs.clear();
  }

  await open();
  return {
    port,
    get connections() {
      return { total, open: pairs.size };
    },
    isBusy: () => !isHanging && (performance.now() < keptUntil || [...pairs].some(({ due }) => due.length > 0)),
    async close() {
      const closing = server;
      server = null;
      if (closing !== null) {
        closing.close();
        drop('destroy');
        await once(closing, 'close');
      }
    },
    open,
    reset: () => drop('resetAndDestroy'),
    hang() {
      isHanging = true;
    },
    heal() {
      drop('destroy');
      isHanging = false;
    },
  };
}
