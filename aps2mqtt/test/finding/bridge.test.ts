import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { freePort, startBroker, type TestBroker } from '../support/broker.ts';
import { DECOYS, type Decoy, startDecoy } from '../support/decoys.ts';
import { type Installation, type InstallationSettings, startInstallation } from '../support/installation.ts';
import { PowerCutDisk } from '../support/powerCutDisk.ts';
import type { TestEcu } from '../support/testEcu.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NETWORK = '127.0.85.16/28';
const site = { ecu: 'ecu-r-pro', inverters: [{ family: 'ds3', count: 2 }] } as const;

let broker: TestBroker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) {
    await end();
  }
});

type Settings = Partial<Omit<InstallationSettings, 'ecus'>> & { readonly at: readonly number[]; readonly port: number };

/** The same ECU at several addresses of a network: it answers at the first of them only. */
async function installation({ at, port, ...settings }: Settings): Promise<Installation> {
  const started = await startInstallation({
    brokerPort: broker.port,
    ecus: at.map((last) => ({ site, place: { host: `127.0.85.${last}`, port } })),
    typed: 0,
    searches: [{ network: NETWORK, port }],
    isFinding: true,
    prepare: ([, ...others]) => others.forEach(away),
    ...settings,
  });
  ends.push(() => started.stop());
  return started;
}

/** What the program knows is kept over a restart of it. */
function keeping() {
  return { files: new PowerCutDisk(), options: { stateFile: '/state.json' } };
}

function away({ simulator }: TestEcu): void {
  simulator.misbehave({ kind: 'refuse' });
}

async function move(from: TestEcu | undefined, to: TestEcu | undefined): Promise<void> {
  if (from !== undefined) {
    away(from);
  }
  await to?.simulator.behave();
}

async function decoys(port: number): Promise<Decoy[]> {
  const kinds = Object.keys(DECOYS) as (keyof typeof DECOYS)[];
  const started = await Promise.all(kinds.map((kind, index) => startDecoy(kind, `127.0.85.${17 + index}`, port)));
  ends.push(() => Promise.all(started.map((one) => one.stop())));
  return started;
}

const topicsOf = ({ heard }: Installation) => [...new Set(heard.map(({ topic }) => topic))].sort();
const isAvailable = (house: Installation) => house.on(`aps/${house.ecu.id}/availability`).at(-1) === 'online';

describe('an ECU among other devices, with a network typed', () => {
  it('is found and published, and comes back with the same entities when it has moved', async () => {
    const port = await freePort();
    const others = await decoys(port);
    const house = await installation({ at: [25, 29], port });
    const [first, second] = house.ecus;
    await house.passUntil('its values', () => house.on(`aps/${house.ecu.id}`).length > 0, 20_000);
    expect(house.told()).toContain(`Found an ECU-R-Pro at 127.0.85.25:${port}`);
    await house.pass(30 * MINUTE_MS);
    const topics = topicsOf(house);

    await move(first, second);
    const from = house.heard.length;
    const hasValues = () => house.on(`aps/${house.ecu.id}`, from).length > 0 && isAvailable(house);
    await house.passUntil('it to come back', hasValues, 8 * MINUTE_MS);
    expect(house.told()).toContain(
      `ECU-R-Pro ${house.ecu.id} has moved from 127.0.85.25:${port} to 127.0.85.29:${port}`,
    );
    expect(topicsOf(house)).toEqual(topics);

    // Where it was, nobody is asked any more.
    await house.pass(15 * MINUTE_MS);
    await move(undefined, first);
    await move(second, undefined);
    const served = first?.served.length ?? 0;
    await house.pass(4 * MINUTE_MS);
    expect(first?.served.length).toBe(served);
    await house.pass(40 * MINUTE_MS);
    expect(isAvailable(house)).toBe(true);
    for (const { connects, heard } of others) {
      expect(connects).toBe(1);
      expect(['APS1100160001END\n', '']).toContain(heard);
    }
  });

  it('is read where it was found after a restart, also when it has moved meanwhile', async () => {
    const port = await freePort();
    const house = await installation({ at: [25, 29], port, ...keeping() });
    const [first, second] = house.ecus;
    await house.pass(10 * MINUTE_MS);
    await house.halt();
    await house.resume();
    expect(house.told().filter((text) => text.startsWith('Found an'))).toHaveLength(1);
    await house.halt();
    await move(first, second);
    await house.resume();
    await house.pass(1_000);
    expect(house.told().at(-1)).toContain(`Found ECU-R-Pro ${house.ecu.id} at 127.0.85.29`);
    expect(isAvailable(house)).toBe(true);
  });

  it('is left where it is, while its silence is usual', async () => {
    const port = await freePort();
    // 02:00 in Paris.
    const house = await installation({ at: [25, 29], port, start: '2026-06-21T23:50:00Z' });
    const [first, second] = house.ecus;
    await house.pass(9 * MINUTE_MS);
    await move(first, second);
    await house.pass(80 * MINUTE_MS);
    expect(house.told().filter((text) => text.includes('has moved'))).toEqual([]);
    await house.passUntil('the move', () => house.told().some((text) => text.includes('has moved')), 20 * MINUTE_MS);
  });

  it('is the only one that a name without an address is for', async () => {
    const port = await freePort();
    const house = await installation({ at: [25], port, searches: [{ network: NETWORK, port, name: 'House' }] });
    await house.pass(MINUTE_MS);
    const config = house.heard.find(({ topic }) => topic.includes('/device/') && topic.includes(house.ecu.id));
    expect(config?.payload).toContain('"name":"House"');
  });
});

describe('an ECU whose address was typed', () => {
  const typed = { typed: 1, searches: [] };

  it('is followed, and read at its new address after a restart; the typed one is tried again each hour', async () => {
    const port = await freePort();
    const house = await installation({ at: [25, 29], port, ...typed, ...keeping() });
    const [first, second] = house.ecus;
    await house.pass(20 * MINUTE_MS);
    await move(first, second);
    await house.pass(8 * MINUTE_MS);
    expect(isAvailable(house)).toBe(true);
    await house.halt();

    const lines = house.lines.length;
    await house.resume();
    await house.pass(2 * HOUR_MS);
    expect(isAvailable(house)).toBe(true);
    expect(house.told(lines).filter((text) => /No ECU found|does not answer|Unplug/.test(text))).toEqual([]);
    const tries = house.lines.slice(lines).filter(({ text }) => text.includes('its ECU is read elsewhere'));
    expect(tries.length).toBeGreaterThanOrEqual(2);
    expect(tries.length).toBeLessThanOrEqual(3);

    await move(second, first);
    await house.passUntil(
      'it at home',
      () => (first?.served.at(-1)?.at.getTime() ?? 0) > house.clock.now().getTime() - MINUTE_MS,
      2 * HOUR_MS,
    );
    await house.pass(HOUR_MS);
    expect(isAvailable(house)).toBe(true);
    // Its other address is asked by nobody any more.
    const lastTry = house.lines.findLast(({ text }) => text.startsWith(`127.0.85.29:${port}`));
    expect(house.clock.now().getTime() - (lastTry?.at.getTime() ?? 0)).toBeGreaterThan(30 * MINUTE_MS);
  });

  it('is not looked for while it answers', async () => {
    const port = await freePort();
    const house = await installation({ at: [25, 29], port, ...typed });
    const [, second] = house.ecus;
    // The same one by its cable and its WiFi.
    await move(undefined, second);
    await house.pass(2 * HOUR_MS);
    expect(second?.served).toEqual([]);
  });
});

describe('an ECU that was found', () => {
  it('and is gone can be removed, and is asked no more; one that answers cannot', async () => {
    const port = await freePort();
    const house = await installation({ at: [25], port });
    const remove = () => house.say(`aps/${house.ecu.id}/remove`, 'yes');
    await house.pass(MINUTE_MS);
    await remove();
    expect(house.told().at(-1)).toContain('is not removed: it is on your network, and would be found again');
    away(house.ecu);
    await house.pass(15 * MINUTE_MS);
    await remove();
    expect(house.told().at(-1)).toBe(`Removed ECU ${house.ecu.id}`);
    await house.pass(20 * MINUTE_MS);
    const line = house.lines.length;
    await house.pass(20 * MINUTE_MS);
    expect(house.lines.slice(line).filter(({ text }) => text.includes('127.0.85.25'))).toEqual([]);
  });
});

describe('an ECU whose place another one has taken', () => {
  it('is followed from the address that was typed, and the other one is read there', async () => {
    const port = await freePort();
    const other = '216299990000';
    const house = await startInstallation({
      brokerPort: broker.port,
      ecus: [
        { site, place: { host: '127.0.85.25', port } },
        { site, place: { host: '127.0.85.29', port } },
      ],
      typed: 1,
      isFinding: true,
      prepare: ([, second]) => second && away(second),
    });
    ends.push(() => house.stop());
    const [first, second] = house.ecus;
    await house.pass(10 * MINUTE_MS);
    await move(first, second);
    await first?.simulator.stop();
    const taker = await startSimulator({
      source: simulatedSite({ ...site, ecuId: other }, house.clock),
      host: '127.0.85.25',
      port,
      clock: house.clock,
    });
    ends.push(() => taker.stop());
    const isOnline = (ecuId: string) => house.on(`aps/${ecuId}/availability`).at(-1) === 'online';
    await house.passUntil(
      'the first one to be found',
      () => house.told().some((text) => text.includes('has moved')),
      HOUR_MS,
    );
    await house.pass(HOUR_MS);
    expect([isOnline(house.ecu.id), isOnline(other)]).toEqual([true, true]);
  });
});
