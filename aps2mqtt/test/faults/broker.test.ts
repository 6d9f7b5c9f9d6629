import { copyFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { hasMosquitto, listen, startBroker, type TestBroker, tlsFiles } from '../support/broker.ts';
import type { Installation } from '../support/installation.ts';
import {
  AVAILABILITY,
  afterNewRound,
  DS3,
  ECU,
  HOUR,
  MINUTE,
  QS1,
  SLEEPER,
  STATES,
  settledRoof,
  sharedBroker,
  startRoof,
  YC1000,
} from '../support/roof.ts';
import { falsehoods } from '../support/truth.ts';
import { until } from '../support/until.ts';

const IDS = [ECU, DS3, QS1, YC1000, SLEEPER];
const CONFIGS = IDS.map((id) => `homeassistant/device/aps_${id}/config`);
const STATE_TOPICS = [STATES, ...[DS3, QS1, YC1000, SLEEPER].map((id) => `${STATES}/${id}`)];

const brokers: TestBroker[] = [];
// The hook that comes first runs last: when no roof needs them any more.
afterAll(() => Promise.all(brokers.map((one) => one.stop())));
const shared = sharedBroker();

async function broker(...settings: Parameters<typeof startBroker>): Promise<TestBroker> {
  const started = await startBroker(...settings);
  brokers.push(started);
  return started;
}

/** All that a Home Assistant needs that has heard nothing before, in an order that works; and nothing else is said. */
function expectEverything(roof: Installation, from: number): void {
  const said = roof.heard.slice(from).filter(({ payload }) => payload !== 'offline');
  const first = [...new Set(said.map(({ topic }) => topic))];
  expect(first).toEqual(['aps/status', AVAILABILITY, ...STATE_TOPICS, ...CONFIGS]);
  for (const topic of CONFIGS) {
    expect(roof.on(topic, from)).toHaveLength(1);
  }
  // Once at once, and three times for entities that are being made.
  expect(roof.on(STATES, from)).toHaveLength(4);
  expect(new Set(roof.on(STATES, from)).size).toBe(1);
  expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
}

const isConnected = (roof: Installation, line: number) => () =>
  roof.lines.slice(line).some(({ text }) => text.startsWith('Connected to the broker'));

/** The ECU goes on being read whatever the broker does. */
function expectRounds(roof: Installation, count: number): void {
  const rounds = new Set(roof.ecu.served.map(({ state }) => state.round.getTime()));
  expect(rounds.size).toBeGreaterThanOrEqual(count);
}

describe.concurrent('the broker', () => {
  it.skipIf(!hasMosquitto)('is down at the start', async () => {
    const roof = await startRoof(shared.port, { isBrokerDown: true });
    await roof.pass(30 * MINUTE);
    expectRounds(roof, 6);
    expect(roof.told().filter((line) => line.includes('broker'))).toEqual([
      expect.stringMatching(
        /^The broker at 127\.0\.0\.1:\d+ cannot be used: connection refused\..* and port\? Trying again until it works$/,
      ),
    ]);
    await afterNewRound(roof);
    await roof.wire.open();
    await roof.passUntil('a connection', isConnected(roof, 0), 5_000);
    await roof.pass(MINUTE);
    expectEverything(roof, 0);
  });

  it.skipIf(!hasMosquitto)('is away for an hour: the newest is said, once, and nothing has piled up', async () => {
    const roof = await settledRoof(shared.port, { mqtt: { discovery: false } });
    const { heard, lines, ecu } = roof;
    const listeners = roof.listeners();
    await roof.wire.close();
    const line = lines.length;
    await roof.pass(HOUR);
    expectRounds(roof, 14);
    expect(roof.listeners()).toBeLessThanOrEqual(listeners + 1);
    await afterNewRound(roof);
    const message = heard.length;
    await roof.wire.open();
    await roof.passUntil('a connection', isConnected(roof, line), 5_000);
    await roof.pass(20_000);
    expect(heard.slice(message).map(({ topic }) => topic)).toEqual(['aps/status', AVAILABILITY, ...STATE_TOPICS]);
    const round = new Date(JSON.parse(roof.on(STATES, message)[0] ?? '').poll_round);
    expect(round).toEqual(ecu.served.at(-1)?.state.round);
    expect(roof.told(line)).toEqual([
      expect.stringContaining('Lost the broker'),
      expect.stringContaining('cannot be used: connection refused'),
      expect.stringContaining('Connected to the broker'),
    ]);
    expect(falsehoods(heard, ecu)).toEqual([]);
  });

  it.skipIf(!hasMosquitto)('restarts with nothing', async () => {
    const first = await broker();
    const roof = await settledRoof(first.port);
    await roof.wire.close();
    await first.stop();
    await broker({ port: first.port });
    await afterNewRound(roof);
    await until('the ear', () => roof.ear.client.connected);
    await roof.ear.client.subscribeAsync('#', { qos: 1 });
    const message = roof.heard.length;
    await roof.wire.open();
    await roof.pass(MINUTE);
    expectEverything(roof, message);

    const late = await listen(first.port);
    await late.hears(`${roof.prefix}${CONFIGS.at(-1)}`);
    const kept = [...late.last.keys()].map((topic) => topic.slice(roof.prefix.length)).sort();
    expect(kept).toEqual(['aps/status', AVAILABILITY, ...CONFIGS].sort());
    expect(late.last.get(`${roof.prefix}aps/status`)).toBe('online');
    await late.close();
  });

  it('resets the connection', async () => {
    const roof = await settledRoof(shared.port);
    const [message, line] = [roof.heard.length, roof.lines.length];
    roof.wire.reset();
    await roof.passUntil('a connection', isConnected(roof, line), 3_000);
    await roof.pass(MINUTE);
    expect(roof.told(line)).toEqual([
      expect.stringContaining('Lost the broker'),
      expect.stringContaining('Connected to the broker'),
    ]);
    // What it keeps need not be said again.
    expect(roof.heard.slice(message).filter(({ topic }) => topic.endsWith('/config'))).toEqual([]);
    expect(new Set(roof.heard.slice(message).map(({ topic }) => topic))).toEqual(
      new Set(['aps/status', AVAILABILITY, ...STATE_TOPICS]),
    );
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
  });

  it('hangs: keeps the connection and says nothing any more', async () => {
    const roof = await settledRoof(shared.port, { login: () => ({ keepalive: 1 }) });
    const line = roof.lines.length;
    roof.wire.hang();
    await until('the loss', () => roof.told(line).some((text) => text.startsWith('Lost the broker')));
    roof.wire.heal();
    await roof.passUntil('a connection', isConnected(roof, line), 20_000);
    await roof.pass(10 * MINUTE);
    expect(new Set(roof.heard.slice(-10).map(({ topic }) => topic))).toEqual(new Set(STATE_TOPICS));
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
  });

  it('throws us out as soon as we are in: one line, with what may be behind it', async () => {
    const roof = await settledRoof(shared.port);
    const line = roof.lines.length;
    for (let times = 0; times < 60; times++) {
      roof.wire.reset();
      const before = roof.wire.connections.total;
      await roof.passUntil('a connection', () => roof.wire.connections.total > before, 31_000);
    }
    await roof.pass(1_000);
    const told = roof.told(line);
    expect(told.length).toBeLessThanOrEqual(8);
    expect(
      told.filter((text) => /client id "t\d+-\d+"\?.* Client ID \(client_id, MQTT_CLIENT_ID\)\. Trying/.test(text)),
    ).toHaveLength(1);
    const later = roof.lines.length;
    await roof.pass(HOUR);
    roof.wire.reset();
    await roof.pass(MINUTE);
    expect(roof.told(later)).toEqual([
      expect.stringContaining('Connected'),
      expect.stringMatching(/^Lost the broker at \S+\. Trying/),
      expect.stringContaining('Connected'),
    ]);
  });

  it.skipIf(!hasMosquitto)('has a new password', async () => {
    let password = 'sun-and-rain';
    const first = await broker({ login: { username: 'roof', password } });
    const roof = await settledRoof(first.port, {
      ear: { username: 'roof', password, reconnectOnConnackError: true },
      login: () => ({ username: 'roof', password }),
    });
    await roof.wire.close();
    await first.stop();
    await broker({ port: first.port, login: { username: 'roof', password: 'wind-and-snow' } });
    await roof.wire.open();
    const line = roof.lines.length;
    await roof.pass(5 * MINUTE);
    await afterNewRound(roof);
    const told = roof.told(line).filter((text) => text.includes('refused user "roof"'));
    expect(told).toHaveLength(1);
    password = 'wind-and-snow';
    const message = roof.heard.length;
    roof.ear.client.options.password = password;
    await until('the ear', () => roof.ear.client.connected);
    await roof.ear.client.subscribeAsync('#', { qos: 1 });
    await roof.passUntil('a connection', isConnected(roof, line), 6_000);
    await roof.pass(MINUTE);
    expectEverything(roof, message);
    expect(roof.lines.some(({ text }) => /sun-and-rain|wind-and-snow/.test(text))).toBe(false);
  });

  it.skipIf(!hasMosquitto)('has a new certificate, of another authority', async () => {
    const tls = tlsFiles();
    const first = await broker({ tls });
    const direct = { port: first.port, tls: true, caFile: tls.ca };
    const roof = await startRoof(first.port, {
      ear: { protocol: 'mqtts', rejectUnauthorized: false },
      login: () => direct,
    });
    await roof.pass(MINUTE);
    expect(roof.told()[0]).toContain('Connected');
    await first.stop();
    await until('the loss', () => roof.told().some((text) => text.startsWith('Lost the broker')));
    const renewed = tlsFiles();
    await broker({ port: first.port, tls: renewed });
    await until('the ear', () => roof.ear.client.connected);
    const line = roof.lines.length;
    await roof.pass(5 * MINUTE);
    expect(roof.told(line).filter((text) => text.includes('certificate'))).toHaveLength(1);
    copyFileSync(renewed.ca, tls.ca);
    await roof.passUntil('a connection', isConnected(roof, line), 20_000);
    await roof.pass(MINUTE);
    await until('the newest state', () => roof.ear.last.has(`${roof.prefix}${CONFIGS.at(-1)}`));
  });
});

describe.concurrent('Home Assistant', () => {
  it.skipIf(!hasMosquitto)('restarts: hears everything again', async () => {
    const roof = await settledRoof(shared.port);
    await afterNewRound(roof);
    const message = roof.heard.length;
    await roof.say('homeassistant/status', 'offline');
    await roof.say('homeassistant/status', 'online');
    await roof.pass(MINUTE);
    const said = roof.heard.slice(message).filter(({ topic }) => topic !== 'homeassistant/status');
    expect([...new Set(said.map(({ topic }) => topic))]).toEqual([
      'aps/status',
      AVAILABILITY,
      ...CONFIGS,
      ...STATE_TOPICS,
    ]);
    expect(roof.on(STATES, message)).toHaveLength(4);
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
  });
});
