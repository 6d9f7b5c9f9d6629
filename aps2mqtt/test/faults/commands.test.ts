import { describe, expect, it } from 'vitest';
import type { Installation } from '../support/installation.ts';
import { PowerCutDisk } from '../support/powerCutDisk.ts';
import {
  AVAILABILITY,
  afterNewRound,
  DAY,
  DS3,
  ECU,
  expectNoHurry,
  HOUR,
  MINUTE,
  QS1,
  ROOF,
  STATES,
  settledRoof,
  sharedBroker,
  startRoof,
} from '../support/roof.ts';

const ALWAYS = { times: Number.POSITIVE_INFINITY };
const RESTARTABLE = { autoRestart: true, wifiSsid: 'roof', wifiPassword: 'made-up' };

const broker = sharedBroker();

const settled = (options = {}, site = {}) =>
  settledRoof(broker.port, { ecus: [{ site: { ...ROOF, ...site }, options }] });
const config = (id: string) => `homeassistant/device/aps_${id}/config`;
/** Minutes between the restarts. */
const gaps = ({ restarts }: Installation) =>
  restarts.slice(1).map(({ at }, index) => (at.getTime() - (restarts[index]?.at.getTime() ?? 0)) / MINUTE);

describe.concurrent('an ECU that does not answer any more', () => {
  it('is restarted after five polls, and at most twice a day', async () => {
    const roof = await settled(RESTARTABLE);
    const [line, polls] = [roof.lines.length, roof.ecu.polls().length];
    roof.ecu.simulator.misbehave({ kind: 'refuse' });
    await roof.passUntil('a restart', () => roof.restarts.length > 0, 30 * MINUTE);
    const attempts = roof.lines.slice(line).filter(({ text }) => text.includes('failed poll'));
    expect(attempts).toHaveLength(5);
    expect(roof.ecu.polls()).toHaveLength(polls);
    await roof.pass(2 * DAY - 2 * HOUR);
    expect(roof.restarts).toHaveLength(4);
    expect(Math.min(...gaps(roof))).toBeGreaterThan(10);
    expect((gaps(roof)[0] ?? 0) + (gaps(roof)[1] ?? 0)).toBeGreaterThanOrEqual(24 * 60);
    const told = roof.told(line);
    expect(told.filter((text) => text.startsWith('Restarting the ECU'))).toHaveLength(4);
    expect(told.filter((text) => text.includes('does not answer'))).toHaveLength(1);
    expect(told.length).toBeLessThanOrEqual(7);

    await roof.ecu.simulator.behave();
    await roof.pass(6 * MINUTE);
    expect(roof.on(AVAILABILITY)).toEqual(['online', 'offline', 'online']);
    expect(roof.told(line).at(-1)).toContain('answers again');
    expect(roof.lines.some(({ text }) => text.includes('made-up'))).toBe(false);
    expect(roof.heard.some(({ payload }) => payload.includes('made-up'))).toBe(false);
  });

  it('is not restarted more often because the program starts anew', async () => {
    const roof = await settledRoof(broker.port, {
      ecus: [{ site: ROOF, options: RESTARTABLE, isInMemory: true }],
      options: { stateFile: 'state.json' },
      files: new PowerCutDisk(),
    });
    roof.ecu.simulator.misbehave({ kind: 'refuse' });
    for (let start = 0; start < 8; start++) {
      await roof.pass(HOUR);
      await roof.halt();
      await roof.resume();
    }
    expect(roof.restarts).toHaveLength(2);
  });

  it('and was never found: nobody is told to unplug it', async () => {
    const roof = await startRoof(broker.port, {
      ecus: [{ site: ROOF, options: RESTARTABLE, isInMemory: true }],
      prepare: ([ecu]) => ecu?.simulator.misbehave({ kind: 'refuse' }),
    });
    await roof.pass(6 * HOUR);
    expect(roof.restarts).toEqual([]);
    expect(roof.told().filter((line) => line.includes('Unplug'))).toEqual([]);
    expect(roof.told().filter((line) => line.includes('No ECU found'))).toHaveLength(1);
  });

  it('and sends nonsense now and then: one line says what to do, once', async () => {
    const roof = await settledRoof(broker.port, {
      ecus: [{ site: { ecu: 'ecu-r', inverters: [{ family: 'ds3', count: 2 }] }, isInMemory: true }],
    });
    for (let times = 0; times < 20; times++) {
      roof.ecu.simulator.misbehave({ kind: 'close' }, { times: 18 });
      roof.ecu.simulator.misbehave({ kind: 'garbage' }, { times: 4 });
    }
    await roof.pass(8 * HOUR);
    expect(roof.told().filter((line) => line.includes('Unplug'))).toHaveLength(1);
  });

  it('is left alone for ten minutes after a restart', async () => {
    const roof = await settled(RESTARTABLE);
    roof.ecu.simulator.misbehave({ kind: 'refuse' });
    await roof.passUntil('a restart', () => roof.restarts.length > 0, 30 * MINUTE);
    await roof.pass(9 * MINUTE);
    await roof.ecu.simulator.behave();
    await roof.pass(2 * HOUR);
    expect(roof.restarts).toHaveLength(1);
  });

  it('is never restarted because of what it answers', async () => {
    const roof = await settled(RESTARTABLE);
    roof.ecu.simulator.misbehave({ kind: 'cut', at: 30 }, ALWAYS);
    await roof.pass(DAY / 2);
    await roof.ecu.simulator.behave();
    roof.ecu.simulator.misbehave({ kind: 'status', value: '01' }, { command: '0002', ...ALWAYS });
    await roof.pass(DAY / 2);
    // Garbage, and nothing to the second try.
    await roof.ecu.simulator.behave();
    for (let polls = 0; polls < 100; polls++) {
      roof.ecu.simulator.misbehave({ kind: 'garbage' }, { command: '0001' });
      roof.ecu.simulator.misbehave({ kind: 'close' }, { command: '0001' });
    }
    await roof.pass(3 * HOUR);
    await roof.ecu.simulator.behave();
    roof.ecu.simulator.misbehave({ kind: 'close' }, { command: '0002', ...ALWAYS });
    await roof.pass(3 * HOUR);
    expect(roof.restarts).toEqual([]);
  });

  it.each([
    ['ecu-r', '216000000001', RESTARTABLE],
    ['ecu-r-pro', ECU, {}],
    ['ecu-r-pro', ECU, { autoRestart: true, wifiSsid: 'roof' }],
    ['ecu-r-pro', ECU, { autoRestart: true, wifiPassword: 'made-up' }],
  ] as const)('and cannot be restarted (%s %s): one line says what to do', async (ecu, ecuId, options) => {
    const roof = await settled(options, { ecu, ecuId });
    const line = roof.lines.length;
    roof.ecu.simulator.misbehave({ kind: 'refuse' });
    await roof.pass(6 * HOUR);
    expect(roof.restarts).toEqual([]);
    expect(roof.told(line)).toEqual([
      expect.stringContaining('does not answer'),
      expect.stringMatching(/^ECU-R\S* \d{12} has not answered for 5 polls\. Unplug it for ten seconds/),
    ]);
  });
});

describe.concurrent('over MQTT', () => {
  it('the refresh button polls as soon as the minute allows it, and no sooner', async () => {
    const roof = await settled();
    await afterNewRound(roof);
    const polls = roof.ecu.polls().length;
    await roof.pass(20_000);
    for (let times = 0; times < 5; times++) {
      await roof.say(`${STATES}/refresh`, 'PRESS');
    }
    expect(roof.ecu.polls()).toHaveLength(polls);
    await roof.pass(45_000);
    expect(roof.ecu.polls()).toHaveLength(polls + 1);
    await roof.say(`${STATES}/refresh`, 'PRESS');
    await roof.pass(MINUTE);
    expect(roof.ecu.polls()).toHaveLength(polls + 2);
    await roof.say(`${STATES}/refresh`, 'something else');
    await roof.pass(MINUTE);
    expect(roof.ecu.polls()).toHaveLength(polls + 2);
    expectNoHurry(roof);
  });

  it('the refresh button ends the rest of the night for one poll', async () => {
    const position = { latitude: 48.86, longitude: 2.35 };
    const roof = await settledRoof(broker.port, { options: { stopAtNight: true, position } });
    await roof.pass(11 * HOUR);
    // It is looked at once an hour, as the position may be wrong.
    await roof.passUntil(
      'a look',
      () => (roof.ecu.polls().at(-1)?.getTime() ?? 0) > roof.clock.now().getTime() - 1_000,
      2 * HOUR,
    );
    const polls = roof.ecu.polls().length;
    await roof.pass(20 * MINUTE);
    expect(roof.ecu.polls()).toHaveLength(polls);
    const message = roof.heard.length;
    await roof.say(`${STATES}/refresh`, 'PRESS');
    await roof.pass(30 * MINUTE);
    expect(roof.ecu.polls()).toHaveLength(polls + 1);
    expect(roof.on(STATES, message)).toHaveLength(1);
    expect(roof.told().filter((line) => line.startsWith('Night'))).toHaveLength(1);
  });

  it('a command that the broker kept is none', async () => {
    const roof = await settled(RESTARTABLE);
    await roof.wire.close();
    await roof.ear.client.publishAsync(`${roof.prefix}${STATES}/restart`, 'PRESS', { retain: true, qos: 1 });
    await roof.wire.open();
    await roof.pass(5 * MINUTE);
    expect(roof.restarts).toEqual([]);
  });

  it('the restart button is there and works where it is configured, not twice in ten minutes', async () => {
    const roof = await settled(RESTARTABLE);
    expect(roof.on(config(ECU))[0]).toContain(`${STATES}/restart`);
    await roof.say(`${STATES}/restart`, 'PRESS');
    await roof.say(`${STATES}/restart`, 'PRESS');
    expect(roof.restarts).toEqual([{ host: '127.0.0.1', at: roof.clock.now() }]);
    await roof.pass(11 * MINUTE);
    await roof.say(`${STATES}/restart`, 'PRESS');
    expect(roof.restarts).toHaveLength(2);
  });

  it('the restart button is not there, and does nothing, where it is not configured', async () => {
    const roof = await settled();
    expect(roof.on(config(ECU))[0]).not.toContain(`${STATES}/restart`);
    await roof.say(`${STATES}/restart`, 'PRESS');
    expect(roof.restarts).toEqual([]);
  });

  it('a removed inverter goes, and comes back only if the ECU lists it', async () => {
    const roof = await settled();
    roof.ecu.site.removeInverter(QS1);
    await afterNewRound(roof);
    const message = roof.heard.length;
    await roof.say(`${STATES}/${QS1}/remove`, 'yes');
    await roof.pass(MINUTE);
    expect(roof.on(config(QS1), message)).toEqual(['']);
    expect(roof.on(`${STATES}/${QS1}`, message).at(-1)).toBe('');
    await roof.pass(HOUR);
    expect(roof.on(`${STATES}/${QS1}`, message).at(-1)).toBe('');

    await roof.say(`${STATES}/${DS3}/remove`, 'yes');
    await roof.pass(6 * MINUTE);
    expect(roof.on(config(DS3), message)).toEqual(['', expect.stringContaining(DS3)]);
    expect(JSON.parse(roof.on(`${STATES}/${DS3}`, message).at(-1) ?? '').online).toBe(true);
    expect(roof.told().filter((line) => line.startsWith('Removed'))).toHaveLength(2);
  });
});
