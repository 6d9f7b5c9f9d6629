import { systemClock } from '../../src/clock.ts';
import { ecuClient } from '../../src/ecu/client.ts';
import { assemble } from '../../src/site/assemble.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import type { InverterState, SiteDescription } from '../../src/tools/simulator/description.ts';
import { takeRequest } from '../../src/tools/simulator/request.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { recordingLog } from './logs.ts';

/** High noon of a clear day, where the simulated panels are. */
export const NOON = new Date('2026-06-21T11:00:00Z');

export const ECU = '216200000001';

/** Three families, and one that is offline: the site that the Python program was measured with. */
export const FOUR_INVERTERS: SiteDescription = {
  ecu: 'ecu-r-pro',
  ecuId: ECU,
  inverters: [
    { family: 'ds3', id: '704000000011' },
    { family: 'yc1000', id: '501000000012' },
    { family: 'qs1', id: '801000000013' },
    { family: 'ds3', id: '704000000014', state: 'offline' },
  ],
  lifetimeEnergy: 1234.5,
  todayEnergy: 3.5,
};

/** What we read of a simulated ECU, by way of its bytes. */
export async function snapshotOf(description: SiteDescription, name: string | null = null): Promise<EcuSnapshot> {
  const source = simulatedSite(description, { now: () => NOON });
  const transport = {
    exchange: async (bytes: Buffer) => {
      const { request } = takeRequest(bytes);
      return (request && source.reply(request)) ?? Buffer.alloc(0);
    },
  };
  const reading = await ecuClient(transport, systemClock, recordingLog().log).readAll(new AbortController().signal);
  const snapshot = assemble(reading, NOON, { name, timezone: 'Europe/Paris' }, []);
  const inverters = snapshot.inverters.map((one) => ({
    ...one,
    counted: { energy: one.powers.map((_, panel) => 12.5 + panel), today: one.powers.map(() => 0.25) },
    verdict: { problems: [], panels: one.powers.map(() => ({ ratio: 99.5, goodDays: 10 })) },
  }));
  return { ...snapshot, inverters, countedEnergy: 123.456, countedTodayEnergy: 1.5 };
}

export async function inverterOf(family: SiteDescription['inverters'][number]['family'], state: InverterState) {
  const snapshot = await snapshotOf({ ecu: 'ecu-c', inverters: [{ family, state }], seed: 'one' });
  const [inverter] = snapshot.inverters;
  if (inverter === undefined) {
    throw new Error('no inverter');
  }
  return inverter;
}
