import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileHistory } from '../../src/history/fileHistory.ts';
import { historyFolder } from '../../src/history/folder.ts';
import type { SiteDescription } from '../../src/tools/simulator/description.ts';
import { startBroker } from '../support/broker.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { ECU } from '../support/snapshots.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Three inverters of ten panels, no two of them alike. */
const ROOF: SiteDescription = {
  ecu: 'ecu-r-pro',
  ecuId: ECU,
  clouds: 0.5,
  inverters: [
    {
      family: 'ds3',
      id: '704000000011',
      panels: [
        { azimuth: 90, tilt: 35 },
        { azimuth: 270, tilt: 35 },
      ],
    },
    {
      family: 'qs1',
      id: '801000000013',
      panels: [
        { azimuth: 180, tilt: 30 },
        { azimuth: 180, tilt: 30, shade: { from: 190, to: 230 } },
        { azimuth: 110, tilt: 45, factor: 0.7 },
        { azimuth: 250, tilt: 20 },
      ],
    },
    {
      family: 'qt2',
      id: '901000000012',
      panels: [{ azimuth: 90, tilt: 60 }, { azimuth: 140, tilt: 30 }, { azimuth: 270, tilt: 60 }, { tilt: 0 }],
    },
  ],
};

let broker: Awaited<ReturnType<typeof startBroker>>;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

type Panels = ReadonlyMap<string, readonly number[]>;

/** kWh of each panel as it was published last. */
function published(roof: Installation, end: string): Panels {
  const newest = new Map(roof.heard.map(({ topic, payload }) => [topic, payload]));
  return new Map(
    Array.from(roof.ecu.site.state().energies, ([id, panels]) => {
      const state = JSON.parse(newest.get(`aps/${ECU}/${id}`) ?? '{}');
      return [id, panels.map((_, index) => Number(state[`panel_${index + 1}_${end}`]))];
    }),
  );
}

const truth = (roof: Installation): Panels =>
  new Map(Array.from(roof.ecu.site.state().energies, ([id, panels]) => [id, panels.map(({ lifetime }) => lifetime)]));

function less(one: Panels, other: Panels): Panels {
  return new Map(Array.from(one, ([id, list]) => [id, list.map((kWh, index) => kWh - (other.get(id)?.[index] ?? 0))]));
}

/** The greatest part by which a panel is off. */
function worst(counted: Panels, made: Panels): number {
  const parts = Array.from(made, ([id, list]) =>
    list.map((kWh, index) => Math.abs((counted.get(id)?.[index] ?? Number.NaN) - kWh) / Math.max(kWh, 0.05)),
  );
  return Math.max(...parts.flat());
}

const summed = (panels: Panels) => [...panels.values()].flat().reduce((sum, kWh) => sum + kWh, 0);

/** No energy that only grows has ever fallen on its way. */
function expectNoFall(roof: Installation): void {
  const newest = new Map<string, number>();
  for (const { topic, payload } of roof.heard.filter((one) => /^aps\/\d{12}/.test(one.topic) && one.payload !== '')) {
    if (!payload.startsWith('{')) {
      continue;
    }
    for (const [key, value] of Object.entries(JSON.parse(payload))) {
      if (/^(?:counted_energy|energy|panel_\d_energy)$/.test(key) && typeof value === 'number') {
        const name = `${topic} ${key}`;
        expect(value, name).toBeGreaterThanOrEqual(newest.get(name) ?? 0);
        newest.set(name, value);
      }
    }
  }
  expect(newest.size).toBe(1 + 3 + 10);
}

describe.concurrent('energies that we count, over days', () => {
  it.each([
    ['both counters right', {}],
    ['a today of half', { lyingToday: 'half' }],
  ] as const)('%s', async (_, change) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-'));
    const stateFile = path.join(folder, 'state.json');
    const root = path.join(folder, 'history');
    const roof = await startInstallation({
      brokerPort: broker.port,
      ecus: [{ site: { ...ROOF, ...change }, isInMemory: true }],
      start: '2026-06-20T22:30:00Z',
      options: { stateFile },
      history: (log) => fileHistory(historyFolder(root), 400, log),
    });
    const { ecu } = roof;
    let seed = 7;
    /** Lets time pass, while each connection fails that comes about half an hour after the last one that did: 3 %. */
    async function pass(ms: number): Promise<void> {
      for (let left = ms; left > 0; ) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        const until = Math.min(left, MINUTE * Math.ceil((60 * seed) / 2_147_483_648));
        await roof.pass(until);
        ecu.simulator.misbehave({ kind: 'close' }, { times: 1 });
        left -= until;
      }
    }
    const start = { truth: truth(roof), lifetime: ecu.site.state().summary.lifetimeEnergy };
    const sums: [number, number][] = [];
    async function endDay(hours: number): Promise<void> {
      await pass(hours * HOUR);
      const told = ecu.site.state().summary.lifetimeEnergy - start.lifetime;
      sums.push([summed(published(roof, 'energy')), told]);
      expect(worst(published(roof, 'energy'), less(truth(roof), start.truth))).toBeLessThan(0.02);
    }

    // A plain day, and its night.
    await endDay(24);
    // A restart by day; then it is killed: what is on the disk counts.
    await pass(9 * HOUR);
    await roof.halt();
    await roof.resume();
    await pass(4 * HOUR);
    const onDisk = readFileSync(stateFile, 'utf8');
    await roof.halt();
    writeFileSync(stateFile, onDisk);
    await roof.resume();
    await endDay(11);
    // Two silent hours at noon.
    await pass(11 * HOUR);
    const before = { counted: published(roof, 'energy'), truth: truth(roof) };
    ecu.simulator.misbehave({ kind: 'refuse' }, { times: Number.POSITIVE_INFINITY });
    await roof.pass(2 * HOUR);
    await ecu.simulator.behave();
    await pass(10 * MINUTE);
    const silent = { counted: less(published(roof, 'energy'), before.counted), truth: less(truth(roof), before.truth) };
    expect(worst(silent.counted, silent.truth)).toBeLessThan(0.1);
    await endDay(11 - 10 / 60);

    expectNoFall(roof);
    for (const [day, [counted, told]] of sums.entries()) {
      expect(Math.abs(counted - told), `day ${day}: ${counted} kWh of ${told} kWh`).toBeLessThan(0.15);
    }
    // A today that stands at 0 is not known at all. Told once a start.
    const lies = 'lyingToday' in change && change.lyingToday === 'half' ? 3 : 0;
    expect(roof.told().filter((line) => line.includes('does not fit'))).toHaveLength(lies);
    await roof.stop();

    // What was kept of it.
    const history = fileHistory(historyFolder(root), 400, { warn: () => {}, info: () => {} } as never);
    expect(await history.days(ECU)).toEqual(['2026-06-21', '2026-06-22', '2026-06-23', '2026-06-24']);
    const plain = await history.readDay(ECU, '2026-06-21');
    const read = new Set(
      roof.heard.flatMap(({ payload }) => /"poll_round":"(2026-06-21[^"]+)"/.exec(payload)?.[1] ?? []),
    );
    expect(plain?.stamps.filter((stamp) => read.has(stamp)).length).toBeGreaterThanOrEqual(0.98 * read.size);
    // The sun is up for 16 hours.
    expect(read.size).toBeGreaterThan(0.98 * 16 * 12);
    expect(plain?.skipped).toBe(0);
    const energies = await history.readEnergies(ECU);
    expect(energies.map(({ day }) => day)).toEqual(['2026-06-21', '2026-06-22', '2026-06-23']);
    const estimated = energies.map(({ panels }) => [...panels.values()].reduce((sum, one) => sum + one.estimated, 0));
    expect(estimated.map((kWh) => kWh > 0)).toEqual([false, false, true]);
    expect(readFileSync(stateFile, 'utf8').length).toBeLessThan(6_000);
    rmSync(folder, { recursive: true });
  });
});
