import { afterEach, describe, expect, it } from 'vitest';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { type Ear, hasMosquitto, listen, startBroker, type TestBroker, tlsFiles } from '../support/broker.ts';
import { capture } from '../support/frames.ts';
import { endPrograms, startProgram } from '../support/program.ts';

let broker: TestBroker | undefined;
let ear: Ear | undefined;
const simulators: Simulator[] = [];

afterEach(async () => {
  await endPrograms();
  await ear?.close();
  await broker?.stop();
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
  broker = undefined;
  ear = undefined;
});

async function replaying(name: string): Promise<Simulator> {
  const simulator = await startSimulator({ source: replaySource([capture(name)]) });
  simulators.push(simulator);
  return simulator;
}

async function heardBroker(...args: Parameters<typeof startBroker>): Promise<{ broker: TestBroker; ear: Ear }> {
  broker = await startBroker(...args);
  ear = await listen(broker.port, args[0]?.login ?? {});
  return { broker, ear };
}

function pointedAt(ecu: Simulator, broker: TestBroker): Record<string, string> {
  return {
    APS_ECU_IP: '127.0.0.1',
    APS_ECU_PORT: String(ecu.port),
    MQTT_BROKER_HOST: '127.0.0.1',
    MQTT_BROKER_PORT: String(broker.port),
  };
}

/** Everything below `aps/`, as it stands in the broker. */
function heard({ last }: Ear): Record<string, unknown> {
  const entries = [...last].map(([topic, payload]) => [topic, payload.startsWith('{') ? JSON.parse(payload) : payload]);
  return Object.fromEntries(entries.sort(([a], [b]) => String(a).localeCompare(String(b))));
}

/** The ids that a captured moment tells. */
function expectedIds(name: string): { ecuId: string; inverterIds: string[] } {
  const { summary, signal } = capture(name).expected as { summary: { ecuId: string }; signal: object };
  return { ecuId: summary.ecuId, inverterIds: Object.keys(signal) };
}

describe('the program, as a process', () => {
  it
    .skipIf(!hasMosquitto)
    .each(['ecurpro-2.0.7A-ds3x8-day-k110', 'ecurpro-2.0.7A-ds3x8-night-k110', 'ecur-1.3.6C-qt2x6-k185'])(
    'publishes what %s says',
    async (name) => {
      const { broker, ear } = await heardBroker();
      const ecu = await replaying(name);
      const program = startProgram(pointedAt(ecu, broker));
      const { ecuId, inverterIds } = expectedIds(name);
      for (const id of inverterIds) {
        // It joins the values a moment later.
        await ear.hears(`aps/${ecuId}/${id}`, (payload) => JSON.parse(payload).signal !== null);
      }
      expect(await program.stop()).toMatchObject({ code: 0 });
      await ear.hears('aps/status', (payload) => payload === 'offline');
      expect(heard(ear)).toMatchSnapshot();
      expect(ecu.requests.map(({ command }) => command)).toEqual(['0001', '0002', '0030']);
    },
  );

  it('retains the states when told, and the status always', async () => {
    const { broker, ear } = await heardBroker();
    const ecu = await replaying('ecurpro-2.0.7A-ds3x8-day-k110');
    const program = startProgram({ ...pointedAt(ecu, broker), MQTT_RETAIN: 'true', MQTT_TOPIC_PREFIX: 'solar/roof' });
    await ear.hears('solar/roof/aps/216227822010/704308268745');
    await program.stop();

    const late = await listen(broker.port);
    await late.hears('solar/roof/aps/216227822010/704308268745');
    expect(late.all.every(({ retain }) => retain)).toBe(true);
    expect(late.last.get('solar/roof/aps/status')).toBe('offline');
    expect(late.last.get('solar/roof/aps/216227822010/availability')).toBe('online');
    await late.close();
  });

  it('does not retain states unless told', async () => {
    const { broker, ear } = await heardBroker();
    const ecu = await replaying('ecurpro-2.0.7A-ds3x8-day-k110');
    const program = startProgram(pointedAt(ecu, broker));
    await ear.hears('aps/216227822010/704308268745');
    await program.stop();
    const late = await listen(broker.port);
    await late.hears('aps/status');
    expect([...late.last.keys()].sort()).toEqual(['aps/216227822010/availability', 'aps/status']);
    await late.close();
  });

  it('reads several ECUs side by side', async () => {
    const { broker, ear } = await heardBroker();
    const ecus = [await replaying('ecurpro-2.0.7A-ds3x8-day-k110'), await replaying('ecur-1.3.6C-qt2x6-k185')];
    ecus[0]?.misbehave({ kind: 'silent' }, { times: Number.POSITIVE_INFINITY });
    startProgram({
      MQTT_BROKER_HOST: '127.0.0.1',
      MQTT_BROKER_PORT: String(broker.port),
      APS_ECU_IP: '127.0.0.1,127.0.0.1',
      APS_ECU_PORT: ecus.map(({ port }) => port).join(','),
    });
    await ear.hears(`aps/${expectedIds('ecur-1.3.6C-qt2x6-k185').ecuId}`);
    expect(ecus[0]?.requests.length).toBe(1);
  });

  it('100 inverters of every family', async () => {
    const { broker, ear } = await heardBroker();
    const families = ['yc500', 'yc600', 'ds3', 'ds3-s', 'ds3-l', 'ds3-h', 'yc1000', 'qt2', 'qs1', 'qs1a'] as const;
    const inverters = families.map((family) => ({ family, count: 10 }));
    const noon = new Date('2026-06-21T11:00:00Z');
    const source = simulatedSite({ ecu: 'ecu-c', inverters }, { now: () => noon });
    const ecu = await startSimulator({ source });
    simulators.push(ecu);
    startProgram(pointedAt(ecu, broker));
    const { records, summary } = source.state();
    for (const { id, measurement } of records) {
      const state = JSON.parse(await ear.hears(`aps/${summary.ecuId}/${id}`));
      expect(state.panel_1_power).toBe(measurement?.powers[0]);
      expect(state.panel_1_voltage).toBe(measurement?.voltages[0]);
      expect(state.online).toBe(true);
    }
    expect(records).toHaveLength(100);
  });

  it('gives a capture over MQTT and in the log, with masked serial numbers', async () => {
    const { broker, ear } = await heardBroker();
    const ecu = await replaying('ecurpro-2.0.7A-ds3x8-day-k110');
    const program = startProgram(pointedAt(ecu, broker));
    // The signal comes last, behind the values.
    await ear.hears('aps/216227822010/704308268745', (payload) => JSON.parse(payload).signal !== null);
    await ear.client.publishAsync('aps/216227822010/capture', 'please');
    const captured = await ear.hears('aps/216227822010/captured');
    expect(Object.keys(JSON.parse(captured).replies)).toEqual(['0001', '0002', '0030']);
    expect(captured).not.toMatch(/27822010|704638135435/);
    await program.says(captured);
  });

  it('takes an inverter of an ECU that is gone out of the broker, by the word of a person', async () => {
    const { broker, ear } = await heardBroker();
    await ear.client.publishAsync('aps/216200000009/704000000011', '{}', { retain: true });
    const ecu = await replaying('ecurpro-2.0.7A-ds3x8-day-k110');
    const program = startProgram({ ...pointedAt(ecu, broker), MQTT_DISCOVERY_ENABLED: 'true', MQTT_RETAIN: 'true' });
    await ear.hears('aps/216227822010');
    await ear.client.publishAsync('aps/216200000009/704000000011/remove', 'yes');
    await program.says('Removed inverter 704000000011');
    await ear.hears('aps/216200000009/704000000011', (payload) => payload === '');
  });

  it.skipIf(!hasMosquitto)('speaks MQTT 5', async () => {
    const { broker, ear } = await heardBroker();
    const ecu = await replaying('ecur-1.3.6C-qt2x6-k185');
    const program = startProgram({ ...pointedAt(ecu, broker), MQTT_PROTOCOL: '5' });
    await ear.hears('aps/status', (payload) => payload === 'online');
    expect((await program.stop()).code).toBe(0);
    await ear.hears('aps/status', (payload) => payload === 'offline');
  });

  it('logs in with user and password', async () => {
    const login = { username: 'roof', password: 'sun-and-rain' };
    const { broker, ear } = await heardBroker({ login });
    const ecu = await replaying('ecur-1.3.6C-qt2x6-k185');
    startProgram({ ...pointedAt(ecu, broker), MQTT_BROKER_USER: 'roof', MQTT_BROKER_PASSWD: 'sun-and-rain' });
    await ear.hears('aps/status', (payload) => payload === 'online');
  });

  it('says once which user was refused where, without the password', async () => {
    const { broker } = await heardBroker({ login: { username: 'roof', password: 'sun-and-rain' } });
    const ecu = await replaying('ecur-1.3.6C-qt2x6-k185');
    const program = startProgram({
      ...pointedAt(ecu, broker),
      MQTT_BROKER_USER: 'roof',
      MQTT_BROKER_PASSWD: 'wrong-secret',
      DEBUG: 'true',
    });
    await program.says(`The broker at 127.0.0.1:${broker.port} refused user "roof"`);
    expect((await program.stop()).code).toBe(0);
    expect(program.output().match(/refused user/g)).toHaveLength(1);
    expect(program.output()).not.toContain('wrong-secret');
  });

  it.skipIf(!hasMosquitto)('trusts the CA file, and no broker without it', async () => {
    const tls = tlsFiles();
    broker = await startBroker({ tls });
    ear = await listen(broker.port, { protocol: 'mqtts', rejectUnauthorized: false });
    const ecu = await replaying('ecur-1.3.6C-qt2x6-k185');
    const secured = { ...pointedAt(ecu, broker), MQTT_BROKER_SECURED_CONNECTION: 'true' };
    const trusting = startProgram({ ...secured, MQTT_BROKER_CACERTS_PATH: tls.ca });
    await ear.hears('aps/status', (payload) => payload === 'online');
    await trusting.stop();
    const untrusting = startProgram(secured);
    await untrusting.says(/cannot be used: .*certificate/);
    expect((await untrusting.stop()).code).toBe(0);
  });
});
