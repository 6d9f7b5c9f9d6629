import { expect, it } from 'vitest';
import { FirstRounds } from '../../src/monitor/firstRounds.ts';
import { recordingLog } from '../support/logs.ts';
import { FOUR_INVERTERS, NOON, snapshotOf } from '../support/snapshots.ts';

const next = new Date(NOON.getTime() + 300_000);
const hour = `${String(next.getHours()).padStart(2, '0')}:${String(next.getMinutes()).padStart(2, '0')}`;
const LINE = `Home Assistant has ECU-R-Pro 216200000001 with 4 inverters and 12 panels now. It is asked for new values at ${hour}`;

it('tells once what is there, and when the next values come', async () => {
  const { log, texts } = recordingLog();
  const rounds = new FirstRounds('Home Assistant', log);
  const snapshot = await snapshotOf(FOUR_INVERTERS);
  rounds.onConnect();
  rounds.onRound(snapshot, next);
  rounds.onRound(snapshot, next);
  rounds.onConnect();
  expect(texts('info')).toEqual([LINE]);
});

it('claims nothing before the broker is there', async () => {
  const { log, texts } = recordingLog();
  const rounds = new FirstRounds('Home Assistant', log);
  rounds.onRound(await snapshotOf(FOUR_INVERTERS), next);
  expect(texts('info')).toEqual([]);
  rounds.onConnect();
  expect(texts('info')).toEqual([LINE]);
});

it('waits for inverters', async () => {
  const { log, texts } = recordingLog();
  const rounds = new FirstRounds('The broker', log);
  rounds.onConnect();
  rounds.onRound(await snapshotOf({ ...FOUR_INVERTERS, inverters: [] }), next);
  expect(texts('info')).toEqual([]);
  rounds.onRound(await snapshotOf({ ...FOUR_INVERTERS, inverters: [{ family: 'ds3' }] }), next);
  expect(texts('info')).toEqual([expect.stringMatching(/^The broker has .* with 1 inverter and 2 panels now/)]);
});
