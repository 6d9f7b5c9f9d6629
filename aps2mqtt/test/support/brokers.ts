import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, type TestBroker } from './broker.ts';

/** May log in, and write nowhere below `forbidden/`. */
export const FENCED_USER = { username: 'fenced', password: 'made-up' } as const;

const RABBITMQ = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const NATS = ['/usr/sbin/nats-server', '/usr/bin/nats-server', '/usr/local/bin/nats-server'].find(existsSync);

export const hasRabbitmq = existsSync(RABBITMQ) && existsSync('/usr/bin/epmd');
export const hasNats = NATS !== undefined;

/** Says which brokers the tests leave out, since nobody would miss what is silent. */
export function tellMissingBrokers(): void {
  if (!hasRabbitmq) {
    console.info('No RabbitMQ: left out. Install rabbitmq-server to test with it');
  }
  if (!hasNats) {
    console.info('No NATS: left out. Install nats-server to test with it');
  }
}

/** Comes without a word on standard output, so its port tells when it is there. */
async function untilOpen(port: number, child: ChildProcess, timeout: number): Promise<void> {
  for (const end = performance.now() + timeout; ; ) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port }, () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) {
      return;
    }
    if (child.exitCode !== null || performance.now() > end) {
      throw new Error(`${child.spawnfile} does not start`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A child in a process group of its own, so that all that it starts ends with it. */
function start(file: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: 'ignore', detached: true });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async () => {
    if (child.pid !== undefined && child.exitCode === null) {
      process.kill(-child.pid, 'SIGKILL');
      await ended;
    }
  };
  return { child, end };
}

/** MQTT 3.1.1 alone. Has nothing retained for wildcards, and closes the connection of whoever does what is forbidden. */
export async function startRabbitmq(): Promise<TestBroker> {
  const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-rabbitmq-'));
  const at = (name: string) => path.join(folder, name);
  const [port, amqpPort, distPort, epmdPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const user = (name: string, password: string) => ({ name, password, tags: '' });
  const all = { vhost: '/', configure: '.*', write: '.*', read: '.*' };
  const definitions = {
    vhosts: [{ name: '/' }],
    users: [user('guest', 'guest'), user(FENCED_USER.username, FENCED_USER.password)],
    permissions: [
      { ...all, user: 'guest' },
      { ...all, user: FENCED_USER.username },
    ],
    topic_permissions: [
      { user: FENCED_USER.username, vhost: '/', exchange: 'amq.topic', write: '^(?!forbidden).*', read: '.*' },
    ],
  };
  writeFileSync(at('definitions.json'), JSON.stringify(definitions));
  writeFileSync(at('plugins'), '[rabbitmq_mqtt].');
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${amqpPort}`,
    `mqtt.listeners.tcp.1 = 127.0.0.1:${port}`,
    'mqtt.allow_anonymous = true',
    'mqtt.default_user = guest',
    'mqtt.default_pass = guest',
    `load_definitions = ${at('definitions.json')}`,
    'log.file = false',
  ];
  writeFileSync(at('rabbitmq.conf'), `${lines.join('\n')}\n`);
  const net = { ERL_EPMD_PORT: String(epmdPort), ERL_EPMD_ADDRESS: '127.0.0.1' };
  const epmd = start('/usr/bin/epmd', [], net);
  const rabbit = start(RABBITMQ, [], {
    ...net,
    HOME: folder,
    RABBITMQ_NODENAME: `aps${process.pid}@localhost`,
    RABBITMQ_MNESIA_BASE: at('db'),
    RABBITMQ_LOG_BASE: at('log'),
    RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: at('plugins'),
    RABBITMQ_PID_FILE: at('pid'),
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  });
  const stop = async () => {
    await rabbit.end();
    await epmd.end();
    rmSync(folder, { recursive: true, force: true });
  };
  await untilOpen(port, rabbit.child, 110_000).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { port, stop };
}

/** MQTT 3.1.1 alone, on top of JetStream. */
export async function startNats(): Promise<TestBroker> {
  if (NATS === undefined) {
    throw new Error('no NATS');
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-nats-'));
  const [port, natsPort] = await Promise.all([freePort(), freePort()]);
  const { username, password } = FENCED_USER;
  const settings = `
host: 127.0.0.1
port: ${natsPort}
server_name: test
jetstream { store_dir: "${folder}" }
mqtt { host: 127.0.0.1, port: ${port}, no_auth_user: everybody }
authorization { users: [
  { user: everybody, password: everything }
  { user: ${username}, password: ${password}, permissions: { publish: { deny: "forbidden.>" } } }
] }
`;
  const file = path.join(folder, 'nats.conf');
  writeFileSync(file, settings);
  const { child, end } = start(NATS, ['-c', file]);
  const stop = async () => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  };
  await untilOpen(port, child, 20_000).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { port, stop };
}
