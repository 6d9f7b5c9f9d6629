import { expect, it } from 'vitest';
import { lookNow } from '../../src/finding/lookNow.ts';
import type { Home } from '../../src/finding/networks.ts';
import { scan } from '../../src/finding/scan.ts';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { startSimulator } from '../../src/tools/simulator/server.ts';
import { freePort } from '../support/broker.ts';
import { startDecoy } from '../support/decoys.ts';
import { capture } from '../support/frames.ts';
import { USUAL_ECU } from '../support/usualEcu.ts';

const never = new AbortController().signal;

it('tells what is in the networks of the options, else in the home', async () => {
  const port = await freePort();
  const source = replaySource([capture('ecurpro-2.0.7A-ds3x8-day-k110')]);
  const ecu = await startSimulator({ source, host: '127.0.89.3', port });
  const decoy = await startDecoy('web', '127.0.89.2', port);
  const home = async (): Promise<Home> => ({
    adapters: [{ name: 'eth0', address: '127.0.89.9', prefix: 29 }],
    neighbours: [],
  });
  const look = (network: string | null) => lookNow([{ network, port, ...USUAL_ECU }], { scan, home }, never);
  expect(await look('127.0.89.0/29')).toEqual({
    networks: ['127.0.89.0/29'],
    found: [
      { host: '127.0.89.3', ecu: '216227822010', model: 'ECU-R-Pro', inverters: 8, problem: null },
      { host: '127.0.89.2', ecu: null, model: null, inverters: null, problem: expect.stringContaining('"APS"') },
    ],
  });
  expect(await look(null)).toEqual({ networks: ['127.0.89.8/29'], found: [] });
  await Promise.all([ecu.stop(), decoy.stop()]);
});
