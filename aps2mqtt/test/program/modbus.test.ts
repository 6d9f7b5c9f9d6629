import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startModbus } from '../../src/tools/simulator/modbusServer.ts';
import { startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { hasMosquitto, listen, startBroker } from '../support/broker.ts';
import { endPrograms, startProgram } from '../support/program.ts';
import { NOON } from '../support/snapshots.ts';

const ECU = '215000000017';
const DS3 = '704000000011';
const QS1 = '801000000012';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await endPrograms();
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

/** An ECU at noon with Modbus, a broker, somebody who listens, and the program as a process. */
async function installation(modbus: 'off' | 'read' | 'control') {
  const broker = await startBroker();
  closers.push(() => broker.stop());
  const ear = await listen(broker.port);
  closers.push(() => ear.close());
  const clock = { now: () => NOON };
  const inverters = [
    { family: 'ds3' as const, id: DS3 },
    { family: 'qs1' as const, id: QS1 },
  ];
  const site = simulatedSite({ ecu: 'ecu-c', ecuId: ECU, inverters }, clock);
  const ecu = await startSimulator({ source: site });
  closers.push(() => ecu.stop());
  const served = await startModbus(site, { host: '127.0.0.1', port: 0 }, clock);
  closers.push(() => served.stop());
  served.setUnits(
    new Map([
      [2, DS3],
      [1, QS1],
    ]),
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-modbus-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const start = () =>
    startProgram({
      APS_ECU_IP: '127.0.0.1',
      APS_ECU_PORT: String(ecu.port),
      APS_ECU_MODBUS: modbus,
      APS_ECU_MODBUS_PORT: String(served.port),
      APS_STATE_FILE: path.join(folder, 'state.json'),
      MQTT_BROKER_HOST: '127.0.0.1',
      MQTT_BROKER_PORT: String(broker.port),
      MQTT_DISCOVERY_ENABLED: 'true',
    });
  const state = <T>(id: string, what: (values: Record<string, unknown>) => T) =>
    ear.hears(`aps/${ECU}${id}`, (payload) => Boolean(what(JSON.parse(payload) as Record<string, unknown>)));
  return { ear, ecu, served, start, state };
}

it.skipIf(!hasMosquitto)('a limit is obeyed, kept over a restart, and written by nobody else', async () => {
  const { ear, ecu, served, start, state } = await installation('control');
  // Kept by the broker from another day.
  await ear.client.publishAsync(`aps/${ECU}/power_limit/set`, '10', { retain: true, qos: 1 });
  const program = start();
  await state(`/${DS3}`, ({ panel_2_dc_voltage: voltage }) => typeof voltage === 'number');
  await state('', (values) => values.modbus_available === true && values.power_limit === null);
  expect(served.writes).toEqual([]);
  await ear.client.publishAsync(`aps/${ECU}/power_limit/set`, '400');
  await program.says('is no number from 1 to 100 %');
  await ear.client.publishAsync(`aps/${ECU}/power_limit/set`, '60');
  await state('', (values) => values.power_limit === 60 && values.reported_power_limit === 60);
  expect(served.writes.map(({ address, value }) => [address, value])).toEqual([
    [40_189, 600],
    [40_193, 1],
  ]);
  await program.says(/power limit 60 %, asked by aps\/215000000017\/power_limit\/set: wrote .*, read back 60 %/);
  expect(await program.stop()).toMatchObject({ code: 0 });
  served.memory.forget();

  const again = start();
  await state('', (values) => values.power_limit === 60 && values.reported_power_limit === 30);
  expect(served.writes).toHaveLength(2);
  await ear.hears(`homeassistant/device/aps_${ECU}/config`, (payload) => {
    const { power_limit: limit } = JSON.parse(payload).components;
    return limit?.platform === 'number' && limit.command_topic === `aps/${ECU}/power_limit/set`;
  });
  expect(await again.stop()).toMatchObject({ code: 0 });
  expect(new Set(ecu.requests.map(({ command }) => command))).toEqual(new Set(['0001', '0002', '0030']));
});

it.skipIf(!hasMosquitto)('reading writes nothing whatever is asked, and off asks nothing', async () => {
  const reading = await installation('read');
  const program = reading.start();
  await reading.state(`/${QS1}`, ({ panel_4_dc_power: power }) => typeof power === 'number');
  await reading.ear.client.publishAsync(`aps/${ECU}/production/set`, 'OFF');
  await program.says('production/set is not obeyed: the option modbus is not set to control');
  expect(reading.served.writes).toEqual([]);
  const off = await installation('off');
  off.start();
  await off.state(`/${DS3}`, ({ signal }) => signal !== null);
  expect(off.served.asked).toEqual([]);
});
