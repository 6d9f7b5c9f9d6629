import { describe, expect, it } from 'vitest';
import { RestartError } from '../../src/ecuweb/restart.ts';
import type { Installation } from '../support/installation.ts';
import { PowerCutDisk } from '../support/powerCutDisk.ts';
import {
  DAY,
  DS3,
  ECU,
  HOUR,
  MINUTE,
  QS1,
  ROOF,
  STATES,
  settledRoof,
  sharedBroker,
  startRoof,
} from '../support/roof.ts';
import { falsehoods } from '../support/truth.ts';

const OTHER = '216200000002';
const ALWAYS = { times: Number.POSITIVE_INFINITY };
const RESTARTABLE = { autoRestart: true, wifiSsid: 'roof', wifiPassword: 'made-up' };

const broker = sharedBroker();

const availability = (roof: Installation, id: string, from = 0) => roof.on(`aps/${id}/availability`, from);
const energies = (roof: Installation, id: string, from = 0) =>
  roof.on(`aps/${id}`, from).map((payload) => JSON.parse(payload).lifetime_energy);
const rounds = (roof: Installation, id: string, from: number) =>
  new Set(roof.on(`aps/${id}`, from).map((payload) => JSON.parse(payload).poll_round)).size;

/** Two addresses, an ECU at each. */
const twoAddresses = (settings: Partial<Parameters<typeof settledRoof>[1]> = {}) =>
  settledRoof(broker.port, {
    ecus: [
      { site: ROOF, isInMemory: true },
      { site: { ...ROOF, ecuId: OTHER, inverters: [{ family: 'yc600', count: 2 }] }, isInMemory: true },
    ],
    options: { stateFile: 'state.json' },
    files: new PowerCutDisk(),
    ...settings,
  });

/** The ECUs are at each other's address now. */
function swap({ ecus }: Installation): void {
  const [one, other] = ecus.map(({ site }) => site);
  const ids = [one, other].map((site) => site?.state().summary.ecuId ?? '');
  one?.setEcuId(ids[1] ?? '');
  other?.setEcuId(ids[0] ?? '');
}

describe.concurrent('an ECU that has moved to another address of the options', () => {
  /** It was read at the first address, is at the second one now, and nothing is at the first any more. */
  async function moved(pollInterval: number | null = null) {
    const roof = await settledRoof(broker.port, {
      ecus: [
        { site: ROOF, isInMemory: true },
        { site: ROOF, isInMemory: true },
      ],
      options: { stateFile: 'state.json', pollInterval },
      files: new PowerCutDisk(),
      prepare: ([, second]) => second?.simulator.misbehave({ kind: 'refuse' }),
    });
    await roof.halt();
    const [message, line] = [roof.heard.length, roof.lines.length];
    roof.ecus[0]?.simulator.misbehave({ kind: 'refuse' });
    await roof.ecus[1]?.simulator.behave();
    await roof.resume();
    return { roof, message, line };
  }

  it('is available all the time, and nobody is told to unplug it', async () => {
    const { roof, message, line } = await moved();
    await roof.pass(6 * HOUR);
    expect(availability(roof, ECU, message)).toEqual(['offline', 'online']);
    expect(roof.told(line).filter((text) => text.includes('Unplug'))).toEqual([]);
  });

  it('is saved as it was read last', async () => {
    const { roof } = await moved(3_600);
    await roof.pass(5 * DAY);
    const last = energies(roof, ECU).at(-1);
    await roof.halt();
    roof.ecus[1]?.simulator.misbehave({ kind: 'refuse' });
    const message = roof.heard.length;
    await roof.resume();
    await roof.pass(MINUTE);
    expect(energies(roof, ECU, message)).toEqual([last]);
  });
});

describe.concurrent('two ECUs that change places', () => {
  it('and back three days later: both are read all the time', async () => {
    const start = '2026-06-20T11:00:00Z';
    const roof = await twoAddresses({ start, options: { pollInterval: 3_600 } });
    for (const days of [3, 3, 3]) {
      swap(roof);
      await roof.pass(days * DAY);
    }
    const message = roof.heard.length;
    await roof.pass(6 * HOUR);
    expect([rounds(roof, ECU, message), rounds(roof, OTHER, message)]).toEqual([6, 6]);
    expect(roof.told().filter((line) => line.includes('answers at'))).toEqual([]);
    expect(availability(roof, ECU).at(-1)).toBe('online');
    expect(availability(roof, OTHER).at(-1)).toBe('online');
  });
});

describe.concurrent('an ECU that answers at two addresses', () => {
  it('for a while: the second address is read again within the hour', async () => {
    const roof = await twoAddresses();
    roof.ecus[1]?.site.setEcuId(ECU);
    await roof.pass(12 * MINUTE);
    expect(roof.told().filter((line) => line.includes(`${ECU} answers at`))).toHaveLength(1);
    roof.ecus[1]?.site.setEcuId(OTHER);
    const message = roof.heard.length;
    await roof.pass(70 * MINUTE);
    expect(availability(roof, OTHER, message).at(-1)).toBe('online');
    await roof.pass(HOUR);
    expect(rounds(roof, OTHER, message)).toBeGreaterThan(10);
  });

  it('is read at the second when the first falls silent, at once', async () => {
    const roof = await twoAddresses();
    roof.ecus[1]?.site.setEcuId(ECU);
    await roof.pass(12 * MINUTE);
    roof.ecus[0]?.simulator.misbehave({ kind: 'refuse' });
    const message = roof.heard.length;
    await roof.pass(20 * MINUTE);
    expect(availability(roof, ECU, message).at(-1)).toBe('online');
    expect(rounds(roof, ECU, message)).toBeGreaterThan(1);
  });
});

it.concurrent('an address that is silent since its ECU moved to another one is no address without an ECU', async () => {
  const roof = await twoAddresses();
  roof.ecus[1]?.site.setEcuId(ECU);
  roof.ecus[0]?.simulator.misbehave({ kind: 'refuse' });
  await roof.pass(3 * HOUR);
  expect(roof.told().filter((line) => line.includes('No ECU found'))).toEqual([]);
  expect(availability(roof, ECU).at(-1)).toBe('online');
  // Whoever comes there is seen soon.
  roof.ecus[0]?.site.setEcuId(OTHER);
  await roof.ecus[0]?.simulator.behave();
  const message = roof.heard.length;
  await roof.pass(6 * MINUTE);
  expect(availability(roof, OTHER, message)).toEqual(['online']);
});

describe.concurrent('two ECUs of which one is silent', () => {
  it('change places meanwhile: both are read when both answer', async () => {
    const roof = await twoAddresses();
    roof.ecus[1]?.simulator.misbehave({ kind: 'silent' }, ALWAYS);
    await roof.pass(HOUR);
    swap(roof);
    await roof.pass(10 * MINUTE);
    // The one that is not silent is where the other one was, and nobody hears it there.
    expect([availability(roof, ECU).at(-1), availability(roof, OTHER).at(-1)]).toEqual(['offline', 'online']);
    await roof.ecus[1]?.simulator.behave();
    await roof.pass(10 * MINUTE);
    expect([availability(roof, ECU).at(-1), availability(roof, OTHER).at(-1)]).toEqual(['online', 'online']);
  });
});

it.concurrent('an ECU at three addresses is read at the first that answers, without a gap', async () => {
  const roof = await startRoof(broker.port, { ecus: [0, 1, 2].map(() => ({ site: ROOF, isInMemory: true })) });
  await roof.pass(HOUR);
  const [first, second] = roof.ecus;
  const message = roof.heard.length;
  first?.simulator.misbehave({ kind: 'refuse' });
  await roof.pass(HOUR);
  second?.simulator.misbehave({ kind: 'refuse' });
  await roof.pass(HOUR);
  await first?.simulator.behave();
  await roof.pass(HOUR);
  expect(rounds(roof, ECU, message)).toBeGreaterThanOrEqual(35);
  expect(availability(roof, ECU, message)).toEqual(['offline', 'online', 'offline', 'online']);
  const told = roof.told().filter((line) => line.includes('No ECU found') || line.includes('Unplug'));
  expect(told).toEqual([]);
});

describe.concurrent('the WiFi password', () => {
  it('goes to nobody at an address where the ECU was not heard since the start', async () => {
    const roof = await settledRoof(broker.port, {
      ecus: [{ site: ROOF, options: RESTARTABLE, isInMemory: true }],
      options: { stateFile: 'state.json' },
      files: new PowerCutDisk(),
    });
    await roof.halt();
    const line = roof.lines.length;
    roof.ecu.simulator.misbehave({ kind: 'refuse' });
    await roof.resume();
    await roof.pass(6 * HOUR);
    await roof.say(`${STATES}/restart`, 'PRESS');
    expect(roof.restarts).toEqual([]);
    expect(roof.told(line).join('\n')).toContain('nobody knows what is there');
    // It was known, so it is no ECU that was never found.
    expect(roof.told(line).filter((text) => text.includes('No ECU found'))).toEqual([]);

    await roof.ecu.simulator.behave();
    await roof.pass(10 * MINUTE);
    roof.ecu.simulator.misbehave({ kind: 'refuse' });
    await roof.pass(HOUR);
    expect(roof.restarts.length).toBeGreaterThan(0);
  });

  it('goes to nobody where the ECU has been, and is read elsewhere now', async () => {
    const roof = await settledRoof(broker.port, {
      ecus: [
        { site: ROOF, options: RESTARTABLE, isInMemory: true },
        { site: ROOF, isInMemory: true },
      ],
      prepare: ([, second]) => second?.simulator.misbehave({ kind: 'refuse' }),
    });
    roof.ecus[0]?.simulator.misbehave({ kind: 'refuse' });
    await roof.ecus[1]?.simulator.behave();
    await roof.pass(6 * HOUR);
    expect(roof.restarts).toEqual([]);
  });
});

describe.concurrent('a restart', () => {
  const silent = (restart: () => Promise<void>) =>
    settledRoof(broker.port, { ecus: [{ site: ROOF, options: RESTARTABLE, isInMemory: true }], restart });

  it('that has reached nobody does not count', async () => {
    const roof = await silent(() => Promise.reject(new RestartError('cannot be reached', false)));
    roof.ecu.simulator.misbehave({ kind: 'silent' }, ALWAYS);
    await roof.pass(3 * HOUR);
    expect(roof.restarts.length).toBeGreaterThan(2);
  });

  it('that was turned down counts', async () => {
    const roof = await silent(() => Promise.reject(new RestartError('answered 404', true)));
    roof.ecu.simulator.misbehave({ kind: 'silent' }, ALWAYS);
    await roof.pass(6 * HOUR);
    expect(roof.restarts).toHaveLength(2);
  });
});

describe.concurrent('totals and inverters', () => {
  it('are of the same round, however slow the ECU is', async () => {
    const roof = await settledRoof(broker.port, {
      ecus: [{ site: { ...ROOF, round: 120, delay: 10, clouds: 0.5 }, isInMemory: true, exchangeMs: 800 }],
    });
    const message = roof.heard.length;
    await roof.pass(5 * HOUR);
    let inverters = new Map<string, number>();
    const odd: string[] = [];
    let states = 0;
    for (const { topic, payload } of roof.heard.slice(message).reverse()) {
      const state = payload.startsWith('{') ? JSON.parse(payload) : {};
      if (topic === STATES) {
        const sum = [...inverters.values()].reduce((total, power) => total + power, 0);
        states++;
        odd.push(
          ...(inverters.size > 0 && state.current_power !== sum ? [`${state.current_power} W, not ${sum}`] : []),
        );
        inverters = new Map();
      } else if (typeof state.power === 'number') {
        inverters.set(topic, state.power);
      }
    }
    expect(states).toBeGreaterThan(100);
    expect(odd.length).toBeLessThanOrEqual(1);
  });

  it('are live without the inverters, however long these cannot be read', async () => {
    const roof = await settledRoof(broker.port, { ecus: [{ site: ROOF, isInMemory: true }] });
    roof.ecu.simulator.misbehave({ kind: 'surplus', bytes: Buffer.from('APS') }, { command: '0001', ...ALWAYS });
    const tooLong = (reply: Buffer) => {
      const longer = Buffer.concat([reply.subarray(0, -4), Buffer.alloc(3), reply.subarray(-4)]);
      longer.write(String(longer.length - 1).padStart(4, '0'), 5, 'latin1');
      return longer;
    };
    roof.ecu.simulator.misbehave({ kind: 'patch', patch: tooLong }, { command: '0002', ...ALWAYS });
    const message = roof.heard.length;
    await roof.pass(6 * HOUR);
    const totals = roof.on(STATES, message).map((payload) => JSON.parse(payload));
    expect(new Set(totals.map(({ current_power }) => current_power)).size).toBeGreaterThan(50);
    expect(availability(roof, ECU)).toEqual(['online']);
    const inverter = roof.on(`${STATES}/${DS3}`, message);
    expect(inverter.map((payload) => JSON.parse(payload).online)).toEqual([null]);
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
  });

  it('do not wait for a signal that never comes', async () => {
    const roof = await startRoof(broker.port, {
      prepare: ([ecu]) => ecu?.simulator.misbehave({ kind: 'silent' }, { command: '0030', ...ALWAYS }),
    });
    const from = roof.clock.now().getTime();
    await roof.pass(2 * HOUR);
    const first = roof.heard.find(({ topic }) => topic === `${STATES}/${DS3}`);
    expect((first?.at.getTime() ?? Number.POSITIVE_INFINITY) - from).toBeLessThan(500);
    const { served } = roof.ecu;
    const shown = new Map(served.map(({ state }) => [state.round.getTime(), state.showsAt.getTime()]));
    const late = [...shown].slice(4).filter(([round]) => {
      const read = served.find(({ state }) => state.round.getTime() === round)?.at.getTime() ?? 0;
      const said = roof.heard.find(({ topic, at }) => topic === STATES && at.getTime() >= read);
      return (said?.at.getTime() ?? Number.POSITIVE_INFINITY) - read > 1_000;
    });
    expect(late).toEqual([]);
  });
});

it.concurrent('a clock that is set 30 days ahead removes no inverter', async () => {
  const roof = await settledRoof(broker.port, { ecus: [{ site: ROOF, isInMemory: true }] });
  roof.ecu.site.removeInverter(QS1);
  await roof.pass(HOUR);
  roof.clock.jump(31 * DAY);
  await roof.pass(12 * HOUR);
  expect(roof.on(`homeassistant/device/aps_${QS1}/config`)).not.toContain('');
});
