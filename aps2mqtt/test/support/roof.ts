import { afterAll, beforeAll, expect } from 'vitest';
import { startBroker, type TestBroker } from './broker.ts';
import { type Installation, type InstallationSettings, startInstallation } from './installation.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Made-up serials. */
export const ECU = '216200000001';
export const DS3 = '704000000011';
export const QS1 = '801000000012';
export const YC1000 = '501000000013';
export const SLEEPER = '704000000014';

export const ROOF = {
  ecu: 'ecu-r-pro',
  ecuId: ECU,
  inverters: [
    { family: 'ds3', id: DS3 },
    { family: 'qs1', id: QS1 },
    { family: 'yc1000', id: YC1000 },
    { family: 'ds3', id: SLEEPER, state: 'offline' },
  ],
} as const;

export const STATES = `aps/${ECU}`;
export const AVAILABILITY = `aps/${ECU}/availability`;

const roofs: Installation[] = [];

/** A broker for all tests of a file. They run side by side, and each leaves its roof standing still until the end. */
export function sharedBroker(): Pick<TestBroker, 'port'> {
  let broker: TestBroker | null = null;
  beforeAll(async () => {
    broker = await startBroker();
  });
  afterAll(async () => {
    await Promise.all(roofs.splice(0).map((roof) => roof.stop()));
    await broker?.stop();
  });
  return {
    get port() {
      if (broker === null) {
        throw new Error('the broker runs from beforeAll on');
      }
      return broker.port;
    },
  };
}

/** A summer's noon over an ECU with three families, whose round the bridge has come to know. */
export async function settledRoof(
  brokerPort: number,
  settings: Partial<InstallationSettings> = {},
): Promise<Installation> {
  const roof = await startRoof(brokerPort, settings);
  await roof.pass(15 * MINUTE);
  return roof;
}

export async function startRoof(
  brokerPort: number,
  settings: Partial<InstallationSettings> = {},
): Promise<Installation> {
  const roof = await startInstallation({ brokerPort, ecus: [{ site: ROOF }], ...settings });
  roofs.push(roof);
  return roof;
}

/** Waits until a new round has been read: for the next minutes there is nothing to ask for. */
export async function afterNewRound(roof: Installation): Promise<void> {
  const { served } = roof.ecu;
  const newest = () => served.at(-1)?.state.round.getTime();
  const before = newest();
  await roof.passUntil('a new round', () => newest() !== before, 20 * MINUTE);
  await roof.pass(1_000);
}

/** Polls begin a minute apart, or more. */
export function expectNoHurry(roof: Installation): void {
  for (const ecu of roof.ecus) {
    const polls = ecu.polls().map((at) => at.getTime());
    const gaps = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MINUTE);
  }
}
