import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Aedes } from 'aedes';
import { connect, type MqttClient } from 'mqtt';
import { until } from './until.ts';

const MOSQUITTO = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/usr/bin/mosquitto'].find(existsSync);
/**
 * Whether the broker that people use is here. The embedded one stands in for it otherwise: it delivers QoS 0 before
 * QoS 1, and has neither TLS nor MQTT 5.
 */
export const hasMosquitto = MOSQUITTO !== undefined;

export interface BrokerSettings {
  readonly port?: number;
  readonly login?: { readonly username: string; readonly password: string };
  /** Speak TLS with a certificate for 127.0.0.1 that the CA file of `tlsFiles()` signs. */
  readonly tls?: TlsFiles;
  /** More lines of mosquitto's settings. */
  readonly lines?: readonly string[];
}

export interface TestBroker {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts an empty broker on loopback: mosquitto, or the embedded one where mosquitto is not installed. */
export async function startBroker(settings: BrokerSettings = {}): Promise<TestBroker> {
  const start = (port: number) =>
    MOSQUITTO === undefined ? startEmbedded(port, settings) : startMosquitto(MOSQUITTO, port, settings);
  if (settings.port !== undefined) {
    return start(settings.port);
  }
  // Another test may have been quicker to take the port.
  return start(await freePort()).catch(async () => start(await freePort()));
}

async function startMosquitto(
  program: string,
  port: number,
  { login, tls, lines: more = [] }: BrokerSettings,
): Promise<TestBroker> {
  const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-broker-'));
  const lines = [
    `listener ${port} 127.0.0.1`,
    'persistence false',
    'set_tcp_nodelay true',
    `allow_anonymous ${login === undefined}`,
    ...more,
  ];
  if (process.getuid?.() === 0) {
    lines.push('user root');
  }
  if (login !== undefined) {
    const file = path.join(folder, 'passwords');
    writeFileSync(file, '');
    execFileSync('mosquitto_passwd', ['-b', file, login.username, login.password]);
    lines.push(`password_file ${file}`);
  }
  if (tls !== undefined) {
    lines.push(`certfile ${tls.certificate}`, `keyfile ${tls.key}`);
  }
  const settingsFile = path.join(folder, 'mosquitto.conf');
  writeFileSync(settingsFile, `${lines.join('\n')}\n`);
  const child = spawn(program, ['-c', settingsFile], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until('mosquitto to run', () => {
    if (child.exitCode !== null) {
      throw new Error(`mosquitto ended: ${said}`);
    }
    return said.includes('running');
  });
  return {
    port,
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** The broker that needs no installation. */
export async function startEmbedded(port: number, { login, tls }: BrokerSettings = {}): Promise<TestBroker> {
  if (tls !== undefined) {
    throw new Error('TLS is tested with mosquitto: install it');
  }
  const broker = await Aedes.createBroker();
  if (login !== undefined) {
    broker.authenticate = (_client, username, password, done) =>
      done(null, username === login.username && password?.toString() === login.password);
  }
  const server = createServer(broker.handle);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        broker.close(() => server.close(() => resolve()));
      }),
  };
}

/** Below those that a system gives to whoever asks for any: what takes long to start finds its port still free. */
const PORTS = { from: 11_000, to: 32_000 };

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (isFree) {
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }
}

export interface TlsFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes a CA and a server certificate, for 127.0.0.1 and two days unless told; for -1 days it has expired. */
export function tlsFiles(names = 'IP:127.0.0.1', days = 2): TlsFiles {
  const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-tls-'));
  const at = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test CA');
  openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
  writeFileSync(at('extensions'), `subjectAltName=${names}\n`);
  const signed = [
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    String(days),
    '-extfile',
    'extensions',
  ];
  openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.pem');
  return { ca: at('ca.pem'), certificate: at('server.pem'), key: at('server.key') };
}

/** Hears everything on a broker. */
export interface Ear {
  readonly client: MqttClient;
  /** The newest payload of each topic. */
  readonly last: Map<string, string>;
  /** All that came, in order. */
  readonly all: { readonly topic: string; readonly payload: string; readonly retain: boolean }[];
  /** Waits for a payload on a topic that passes. */
  hears(topic: string, passes?: (payload: string) => boolean): Promise<string>;
  close(): Promise<void>;
}

/** @param filters what it hears; everything unless told */
export async function listen(
  port: number,
  options: Parameters<typeof connect>[1] = {},
  filters: readonly string[] = ['#'],
): Promise<Ear> {
  const client = connect({ host: '127.0.0.1', port, protocol: 'mqtt', reconnectPeriod: 100, ...options });
  const last = new Map<string, string>();
  const all: Ear['all'] = [];
  client.on('message', (topic, payload, packet) => {
    last.set(topic, payload.toString());
    all.push({ topic, payload: payload.toString(), retain: packet.retain });
  });
  client.on('error', () => {});
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  await client.subscribeAsync([...filters], { qos: 1 });
  return {
    client,
    last,
    all,
    hears: (topic, passes = () => true) =>
      until(`a message on ${topic}; heard: ${[...last.keys()].join(', ')}`, () => {
        const payload = last.get(topic);
        return payload !== undefined && passes(payload) ? payload : null;
      }),
    close: () => client.endAsync(true),
  };
}
