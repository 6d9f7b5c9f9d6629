import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createFinder } from '../../src/finding/finder.ts';
import type { Home } from '../../src/finding/networks.ts';
import type { Reader } from '../../src/finding/readers.ts';
import { scan } from '../../src/finding/scan.ts';
import { addressOf } from '../../src/monitor/source.ts';
import type { EcuSearch } from '../../src/options/options.ts';
import type { SavedEcu } from '../../src/site/savedState.ts';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { freePort } from '../support/broker.ts';
import { type Decoy, startDecoy } from '../support/decoys.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { capture } from '../support/frames.ts';
import { recordingLog } from '../support/logs.ts';
import { USUAL_ECU } from '../support/usualEcu.ts';

const PRO = { frame: 'ecurpro-2.0.7A-ds3x8-day-k110', id: '216227822010' };
const R = { frame: 'ecur-1.3.6C-qt2x6-k185', id: '216009281801' };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const ends: (() => unknown)[] = [];
afterEach(() => Promise.all(ends.splice(0).map((end) => end())));

async function ecu(host: string, port: number, { frame } = PRO): Promise<Simulator> {
  const simulator = await startSimulator({ source: replaySource([capture(frame)]), host, port });
  ends.push(() => simulator.stop());
  return simulator;
}

async function decoy(...args: Parameters<typeof startDecoy>): Promise<Decoy> {
  const started = await startDecoy(...args);
  ends.push(() => started.stop());
  return started;
}

interface HouseSettings {
  readonly searches?: readonly Partial<EcuSearch>[];
  readonly typed?: readonly string[];
  readonly known?: readonly Partial<SavedEcu>[];
  readonly home?: () => Promise<Home>;
}

/** The finder between real sockets, and readers that note what they are told. */
async function house({ searches = [], typed = [], known = [], home }: HouseSettings) {
  const port = await freePort();
  let looks = 0;
  let underWay = 0;
  const asked: string[] = [];
  const clock = new FakeClock('2026-06-21T11:00:00Z', async () => {
    for (let quiet = 0; quiet < 5; quiet = underWay === 0 ? quiet + 1 : 0) {
      await (underWay === 0 ? setImmediate() : setTimeout(1));
    }
  });
  const recording = recordingLog();
  const settings = { ...USUAL_ECU, port };
  const at = new Map<string, Reader>();
  const read: Reader[] = [];
  const owners = new Map<string, string>();
  const withPort = (address: string) => address.replace('PORT', String(port));
  const saved = known.map(({ address = '', typedAddress, ...one }) => ({
    firmware: null,
    energy: null,
    timing: null,
    inverters: [],
    ecuId: PRO.id,
    ...one,
    address: withPort(address),
    typedAddress: typedAddress ? withPort(typedAddress) : null,
  }));
  const watch = (reader: Reader) => at.set(addressOf(reader.ecu), reader);
  for (const host of typed) {
    watch({ ecu: { ...settings, host }, typed: `${host}:${port}`, ecuId: null });
  }
  const finder = createFinder(
    searches.map((one) => ({ network: null, ...settings, ...one })),
    {
      at: (address) => at.get(address) ?? null,
      ownerOf: (ecuId) => owners.get(ecuId) ?? null,
      known: () => saved,
      read: (reader) => {
        watch(reader);
        read.push(reader);
      },
    },
    {
      clock,
      log: recording.log,
      home: home ?? (async () => ({ adapters: [], neighbours: [] })),
      scan: async (wanted, signal) => {
        looks++;
        underWay++;
        asked.push(...wanted.hosts);
        const timeouts = { connect: 500, idle: 200, total: 1_000 };
        return scan({ ...wanted, timeouts }, signal).finally(() => underWay--);
      },
    },
  );
  const stop = new AbortController();
  return {
    port,
    clock,
    read,
    owners,
    asked,
    finder,
    looks: () => looks,
    hosts: () => read.map(({ ecu: { host } }) => host),
    told: () => [...recording.texts('info'), ...recording.texts('warn')],
    details: () => recording.texts('debug'),
    start: async () => {
      const running = finder.run(stop.signal);
      ends.push(async () => {
        stop.abort(new Error('end'));
        await running;
      });
      await clock.advance(0);
    },
  };
}

const inHome =
  (...cidrs: string[]) =>
  async (): Promise<Home> => ({
    adapters: cidrs.map((cidr) => ({
      name: 'eth0',
      address: cidr.split('/')[0] ?? '',
      prefix: Number(cidr.split('/')[1]),
    })),
    neighbours: [],
  });

describe('with nothing typed', () => {
  it('finds an ECU in the home, and says where', async () => {
    const it = await house({ searches: [{}], home: inHome('127.0.83.1/28') });
    await ecu('127.0.83.9', it.port);
    await it.start();
    expect(it.read).toMatchObject([{ ecu: { host: '127.0.83.9', port: it.port }, typed: null }]);
    expect(it.told()).toEqual(['Looking for ECUs in 127.0.83.0/28', `Found an ECU-R-Pro at 127.0.83.9:${it.port}`]);
  });

  it('reads all that there are, and one that two networks have once', async () => {
    const it = await house({
      searches: [{ network: '127.0.83.0/28' }, { network: '127.0.83.0/29' }],
    });
    await ecu('127.0.83.3', it.port);
    await ecu('127.0.83.5', it.port, R);
    // The same one by its cable and by its WiFi.
    await ecu('127.0.83.6', it.port, R);
    await it.start();
    expect(it.hosts()).toHaveLength(2);
    expect(it.hosts()).toContain('127.0.83.3');
  });

  it('tells once what to check when there is none, and looks again after 10 minutes, then every hour', async () => {
    const it = await house({ searches: [{ network: '127.0.83.0/28' }] });
    await decoy('web', '127.0.83.4', it.port);
    await it.start();
    expect(it.told()).toHaveLength(2);
    expect(it.told()[1]).toMatch(
      /^No ECU found in 127\.0\.83\.0\/28 \(127\.0\.83\.4: no ECU, but the same port\)\. An ECU-R .* Looking again in 10 minutes, then every hour$/,
    );
    const looks = [0, 9, 1, 59, 1, 59, 1];
    const seen: number[] = [];
    for (const minutes of looks) {
      await it.clock.advance(minutes * MINUTE_MS);
      seen.push(it.asked.filter((host) => host === '127.0.83.1').length);
    }
    expect(seen).toEqual([1, 1, 2, 2, 3, 3, 4]);
    expect(it.told()).toHaveLength(2);
    await ecu('127.0.83.9', it.port);
    await it.clock.advance(HOUR_MS);
    expect(it.hosts()).toEqual(['127.0.83.9']);
  });

  it('leaves other devices alone for a day', async () => {
    const it = await house({ searches: [{ network: '127.0.83.0/28' }] });
    const logger = await decoy('logger', '127.0.83.4', it.port);
    await it.start();
    await it.clock.advance(23 * HOUR_MS);
    expect(logger.connects).toBe(1);
    await it.clock.advance(2 * HOUR_MS);
    expect(logger.connects).toBe(2);
  });

  it('finds one that was still starting', async () => {
    const it = await house({ searches: [{ network: '127.0.83.0/28' }] });
    await ecu('127.0.83.3', it.port);
    await it.start();
    it.owners.set(PRO.id, `127.0.83.3:${it.port}`);
    await ecu('127.0.83.5', it.port, R);
    await it.clock.advance(10 * MINUTE_MS);
    expect(it.hosts()).toEqual(['127.0.83.3', '127.0.83.5']);
    const before = it.asked.length;
    await it.clock.advance(23 * HOUR_MS);
    expect(it.asked.length).toBe(before);
  });

  it('waits for Home Assistant to tell the networks, and says so once', async () => {
    let isUp = false;
    const home = async () => {
      if (!isUp) {
        throw new Error('Home Assistant cannot be asked: answer 502');
      }
      return inHome('127.0.83.1/28')();
    };
    const it = await house({ searches: [{}], home });
    await ecu('127.0.83.9', it.port);
    await it.start();
    await it.clock.advance(5 * MINUTE_MS);
    expect(it.told()).toEqual(['Home Assistant cannot be asked: answer 502. Asking again until it answers']);
    isUp = true;
    await it.clock.advance(MINUTE_MS);
    expect(it.hosts()).toEqual(['127.0.83.9']);
  });

  it('says when there is no network to look in, and goes on trying', async () => {
    let cards: string[] = ['8.8.8.8/24'];
    const it = await house({ searches: [{}], home: () => inHome(...cards)() });
    await ecu('127.0.83.9', it.port);
    await it.start();
    await it.clock.advance(5 * MINUTE_MS);
    expect(it.told()).toHaveLength(1);
    expect(it.told()[0]).toContain('There is no private network to look for ECUs in');
    cards = ['127.0.83.1/28'];
    await it.clock.advance(MINUTE_MS);
    expect(it.hosts()).toEqual(['127.0.83.9']);
  });

  it('asks a neighbour with the card of an ECU first, even where another device was', async () => {
    let neighbours: Home['neighbours'] = [];
    const home = async () => ({ ...(await inHome('127.0.83.1/28')()), neighbours });
    const it = await house({ searches: [{}], home });
    const other = await decoy('closing', '127.0.83.9', it.port);
    await it.start();
    await other.stop();
    await ecu('127.0.83.9', it.port);
    await it.clock.advance(2 * HOUR_MS);
    expect(it.hosts()).toEqual([]);
    neighbours = [{ mac: '80:97:1b:00:00:01', hostName: '', address: '127.0.83.9' }];
    await it.clock.advance(HOUR_MS);
    expect(it.hosts()).toEqual(['127.0.83.9']);
  });
});

describe('an entry without an address', () => {
  const named = { network: '127.0.83.0/28', name: 'House', autoRestart: true, wifiSsid: 'ECU', wifiPassword: 'secret' };

  it('gives its name and its WiFi to the only ECU that is found', async () => {
    const it = await house({ searches: [named] });
    await ecu('127.0.83.3', it.port);
    await it.start();
    const { network: _, ...settings } = named;
    expect(it.read).toMatchObject([{ ecu: { host: '127.0.83.3', ...settings } }]);
  });

  it('gives them to nobody where there are two, and says so', async () => {
    const it = await house({ searches: [named] });
    await ecu('127.0.83.3', it.port);
    await ecu('127.0.83.4', it.port, R);
    await it.start();
    const nobodys = { name: null, isTimezoneTyped: true, autoRestart: false, wifiSsid: '', wifiPassword: '' };
    expect(it.read).toMatchObject([{ ecu: nobodys }, { ecu: nobodys }]);
    expect(it.told().filter((text) => text.includes('Give each ECU an entry'))).toHaveLength(1);
  });

  it('does the same after a restart, and counts none that has its own entry', async () => {
    const at = (host: string, ecuId: string) => ({ ecuId, address: `${host}:PORT` });
    const two = [at('127.0.83.3', PRO.id), at('127.0.83.4', R.id)];
    const both = await house({ searches: [named], known: two });
    await both.start();
    expect(both.read).toMatchObject([{ ecu: { name: null } }, { ecu: { name: null } }]);
    const one = await house({ searches: [named], known: two, typed: ['127.0.83.3'] });
    await one.start();
    expect(one.read).toMatchObject([{ ecu: { host: '127.0.83.4', name: 'House' } }]);
  });
});

describe('an ECU that was found before this start', () => {
  it('is read where it was, without a look', async () => {
    const it = await house({ searches: [{ network: '127.0.83.0/28' }], known: [{ address: '127.0.83.3:PORT' }] });
    await ecu('127.0.83.3', it.port);
    await it.start();
    expect(it.hosts()).toEqual(['127.0.83.3']);
    expect(it.asked).not.toContain('127.0.83.3');
    expect(it.told()).toEqual(['Looking for ECUs in 127.0.83.0/28']);
  });

  it.each(['127.0.84.3:PORT', '127.0.83.3:1', 'ecu.local:PORT', '[::1]:PORT'])(
    'is not where nobody looks: %s',
    async (address) => {
      const it = await house({ searches: [{ network: '127.0.83.0/28' }], known: [{ address }] });
      await it.start();
      expect(it.hosts()).toEqual([]);
    },
  );

  it('is found by the first look where it has moved meanwhile', async () => {
    const it = await house({ searches: [{ network: '127.0.83.0/28' }], known: [{ address: '127.0.83.3:PORT' }] });
    await ecu('127.0.83.7', it.port);
    await it.start();
    expect(it.hosts()).toEqual(['127.0.83.3', '127.0.83.7']);
    expect(it.told().at(-1)).toBe(`ECU-R-Pro ${PRO.id} has moved from 127.0.83.3:${it.port} to 127.0.83.7:${it.port}`);
  });

  it('is read where it has moved to, for the address that was typed', async () => {
    const it = await house({
      typed: ['127.0.83.3'],
      known: [{ address: '127.0.83.7:PORT', typedAddress: '127.0.83.3:PORT' }],
    });
    await it.start();
    expect(it.read).toMatchObject([{ ecu: { host: '127.0.83.7' }, typed: `127.0.83.3:${it.port}` }]);
  });
});

describe('an ECU that is silent', () => {
  const lost = { typed: ['127.0.83.3'], known: [{ address: '127.0.83.3:PORT' }] };

  it('is followed from the address that was typed, by its id', async () => {
    const it = await house(lost);
    await ecu('127.0.83.5', it.port, R);
    await ecu('127.0.83.7', it.port);
    await it.start();
    expect(it.looks()).toBe(0);
    it.finder.wake();
    await it.clock.advance(0);
    expect(it.read).toMatchObject([{ ecu: { host: '127.0.83.7' }, typed: `127.0.83.3:${it.port}` }]);
    expect(it.told()).toEqual([`ECU-R-Pro ${PRO.id} has moved from 127.0.83.3:${it.port} to 127.0.83.7:${it.port}`]);
  });

  it('is looked for at most every 30 minutes, and told once', async () => {
    const it = await house(lost);
    await it.start();
    const times: number[] = [];
    for (let minute = 0; minute < 100; minute += 5) {
      it.finder.wake();
      await it.clock.advance(0);
      if (it.asked.filter((host) => host === '127.0.83.9').length > times.length) {
        times.push(minute);
      }
      await it.clock.advance(5 * MINUTE_MS);
    }
    expect(times).toEqual([0, 30, 60, 90]);
    expect(it.told()).toEqual([]);
    const words = `ECU-R-Pro ${PRO.id} is silent, and was not found at another address of 127.0.83.0/24`;
    expect(it.details().filter((text) => text.startsWith(words))).toHaveLength(1);
  });

  it('is not looked for while it is read elsewhere', async () => {
    const it = await house(lost);
    await it.start();
    it.owners.set(PRO.id, `127.0.83.7:${it.port}`);
    it.finder.wake();
    await it.clock.advance(0);
    expect(it.looks()).toBe(0);
  });

  it('is found by its card alone, where Home Assistant knows it', async () => {
    const neighbours = [{ mac: '60:c5:a8:00:00:01', hostName: '', address: '127.0.84.7' }];
    const it = await house({ ...lost, home: async () => ({ adapters: [], neighbours }) });
    await ecu('127.0.84.7', it.port);
    await it.start();
    it.finder.wake();
    await it.clock.advance(0);
    expect(it.hosts()).toEqual(['127.0.84.7']);
    expect(it.asked).toEqual(['127.0.84.7']);
  });

  it('is replaced by a new one, where ECUs are looked for', async () => {
    const it = await house({ searches: [{ network: '127.0.83.0/28' }], known: [{ address: '127.0.83.3:PORT' }] });
    await it.start();
    await ecu('127.0.83.8', it.port, R);
    it.finder.wake();
    await it.clock.advance(0);
    expect(it.hosts()).toEqual(['127.0.83.3', '127.0.83.8']);
  });
});

describe('while Home Assistant is away', () => {
  it('a lost ECU is looked for again as soon as it is back', async () => {
    let isUp = false;
    const neighbours = [{ mac: '80:97:1b:00:00:01', hostName: '', address: '127.0.84.7' }];
    const home = async () => {
      if (!isUp) {
        throw new Error('Home Assistant cannot be asked: answer 502');
      }
      return { adapters: [], neighbours };
    };
    const it = await house({ typed: ['127.0.83.3'], known: [{ address: '127.0.83.3:PORT' }], home });
    await ecu('127.0.84.7', it.port);
    await it.start();
    it.finder.wake();
    await it.clock.advance(5 * MINUTE_MS);
    expect(it.hosts()).toEqual([]);
    isUp = true;
    it.finder.wake();
    await it.clock.advance(0);
    expect(it.hosts()).toEqual(['127.0.84.7']);
  });
});
