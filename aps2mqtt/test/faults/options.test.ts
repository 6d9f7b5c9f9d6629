import { describe, expect, it } from 'vitest';
import type { Installation } from '../support/installation.ts';
import { PowerCutDisk } from '../support/powerCutDisk.ts';
import { DAY, ECU, HOUR, MINUTE, QS1, ROOF, settledRoof, sharedBroker } from '../support/roof.ts';
import { falsehoods } from '../support/truth.ts';

const OTHER = '216300000002';
const [FIRST_ID, SECOND_ID] = ['408000000021', '408000000022'];

const broker = sharedBroker();

/** Two ECUs, and the second one is taken out of the options. */
async function withoutSecond(): Promise<Installation> {
  const inverters = [FIRST_ID, SECOND_ID].map((id) => ({ family: 'yc600' as const, id }));
  const roof = await settledRoof(broker.port, {
    ecus: [
      { site: ROOF, isInMemory: true },
      { site: { ecu: 'ecu-b', ecuId: OTHER, inverters }, isInMemory: true },
    ],
    options: { stateFile: 'state.json' },
    files: new PowerCutDisk(),
  });
  await roof.halt();
  // Four times a day are enough here, for a month.
  await roof.resume({ ecus: roof.options.ecus.slice(0, 1), pollInterval: 21_600 });
  await roof.pass(MINUTE);
  return roof;
}

const config = (id: string) => `homeassistant/device/aps_${id}/config`;
const availability = (roof: Installation, id: string) => roof.on(`aps/${id}/availability`);

describe.concurrent('an ECU that is taken out of the options', () => {
  it('is unavailable, also for a broker that restarts, and stays announced', async () => {
    const roof = await withoutSecond();
    expect(availability(roof, OTHER)).toEqual(['online', 'offline']);
    expect(availability(roof, ECU).at(-1)).toBe('online');
    await roof.wire.close();
    await roof.pass(MINUTE);
    await roof.wire.open();
    const message = roof.heard.length;
    await roof.pass(MINUTE);
    expect(roof.on(`aps/${OTHER}/availability`, message)).toEqual(['offline']);
    await roof.pass(29 * DAY);
    expect([...roof.on(config(OTHER)), ...roof.on(config(FIRST_ID))]).not.toContain('');
  });

  it('goes after 30 days, with its inverters, and is known no more', async () => {
    const roof = await withoutSecond();
    const message = roof.heard.length;
    await roof.pass(30.5 * DAY);
    for (const topic of [
      config(OTHER),
      config(FIRST_ID),
      config(SECOND_ID),
      `aps/${OTHER}`,
      `aps/${OTHER}/availability`,
      `aps/${OTHER}/${SECOND_ID}`,
    ]) {
      expect(roof.on(topic, message), topic).toEqual(['']);
    }
    expect(roof.on(config(ECU), message)).not.toContain('');
    expect(roof.told().filter((line) => line.includes('removed'))).toEqual([
      `ECU ${OTHER} was not heard for 30 days, and no address in the options is its own: removed`,
    ]);
    await roof.halt();
    const again = roof.heard.length;
    await roof.resume({ ecus: roof.options.ecus.slice(0, 1) });
    await roof.pass(MINUTE);
    expect(roof.on(`aps/${OTHER}/availability`, again)).toEqual([]);
  });

  it('gets another day where nothing ran for those 30', async () => {
    const roof = await withoutSecond();
    await roof.halt();
    await roof.pass(60 * DAY);
    const message = roof.heard.length;
    await roof.resume({ ecus: roof.options.ecus.slice(0, 1), pollInterval: 21_600 });
    await roof.pass(0.9 * DAY);
    expect(roof.on(config(OTHER), message)).toEqual([]);
    await roof.pass(0.4 * DAY);
    expect(roof.on(config(OTHER), message)).toEqual(['']);
  });

  it('goes at once by the word of the user, unless it is read', async () => {
    const roof = await withoutSecond();
    const message = roof.heard.length;
    await roof.say(`aps/${ECU}/remove`, 'yes');
    await roof.say(`aps/${OTHER}/remove`, 'yes');
    await roof.pass(MINUTE);
    expect(roof.on(config(OTHER), message)).toEqual(['']);
    expect(roof.on(config(FIRST_ID), message)).toEqual(['']);
    expect(roof.on(config(ECU), message)).toEqual([]);
    expect(roof.told().slice(-2)).toEqual([
      `ECU ${ECU} is not removed: take it out of the options first`,
      `Removed ECU ${OTHER}`,
    ]);
  });

  it('is as it was when it comes back at another place in the list', async () => {
    const roof = await withoutSecond();
    await roof.pass(DAY);
    await roof.halt();
    const message = roof.heard.length;
    await roof.resume({ ecus: roof.options.ecus.toReversed() });
    await roof.pass(MINUTE);
    expect(roof.on(`aps/${OTHER}/availability`, message).at(-1)).toBe('online');
    expect(roof.on(config(OTHER), message)).not.toContain('');
    const [, other] = roof.ecus;
    expect(other && falsehoods(roof.heard, other)).toEqual([]);
  });
});

describe.concurrent('an inverter that goes while the broker is away', () => {
  it('is kept by it no longer than until it is back', async () => {
    const roof = await settledRoof(broker.port, {
      ecus: [{ site: ROOF, isInMemory: true }],
      options: { pollInterval: 21_600 },
      mqtt: { retain: true },
    });
    roof.ecu.site.removeInverter(QS1);
    await roof.pass(29.5 * DAY);
    await roof.wire.close();
    await roof.pass(DAY);
    await roof.wire.open();
    const message = roof.heard.length;
    await roof.pass(MINUTE);
    expect(roof.on(config(QS1), message)).toEqual(['']);
    expect(roof.on(`aps/${ECU}/${QS1}`, message)).toEqual(['']);
  });
});

describe.concurrent('an ECU at a new address', () => {
  it('is unavailable until it answers there', async () => {
    const roof = await settledRoof(broker.port, { options: { stateFile: 'state.json' }, files: new PowerCutDisk() });
    await roof.halt();
    const message = roof.heard.length;
    await roof.resume({ ecus: roof.options.ecus.map((ecu) => ({ ...ecu, host: 'localhost' })) });
    await roof.pass(MINUTE);
    expect(roof.on(`aps/${ECU}/availability`, message).at(-1)).toBe('online');
    expect(roof.on(config(ECU), message)).not.toContain('');
  });
});

describe.concurrent('an ECU that the options name twice', () => {
  it('is read at the first address, and one line says so', async () => {
    const roof = await settledRoof(broker.port);
    await roof.halt();
    const line = roof.lines.length;
    const [ecu] = roof.options.ecus;
    await roof.resume({ ecus: ecu === undefined ? [] : [ecu, { ...ecu, host: 'localhost' }] });
    await roof.pass(10 * MINUTE);
    const told = roof.told(line).filter((text) => text.includes('it is read at the first'));
    expect(told).toEqual([expect.stringMatching(/answers at 127\.0\.0\.1:\d+ and at localhost:\d+/)]);
    const polls = roof.ecu.polls().length;
    await roof.pass(HOUR);
    expect(roof.ecu.polls().length - polls).toBeLessThan(19);
    // Once an hour somebody looks whether the second address is still the same ECU's.
    const times = roof.ecu
      .polls()
      .slice(polls)
      .map((at) => at.getTime());
    expect(times.filter((at, index) => at - (times[index - 1] ?? 0) < MINUTE).length).toBeLessThanOrEqual(2);
    expect(availability(roof, ECU).at(-1)).toBe('online');
  });
});
