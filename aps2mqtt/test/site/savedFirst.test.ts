import { expect, test } from 'vitest';
import type { Output } from '../../src/site/output.ts';
import { savedFirst } from '../../src/site/savedFirst.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { StateStore } from '../../src/site/stateStore.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { recordingLog } from '../support/logs.ts';
import { PowerCutDisk } from '../support/powerCutDisk.ts';

const FACTS = { canRestart: false };

/** What was said, and what the disk had then. */
function stage(store: StateStore, disk: PowerCutDisk) {
  const said: string[] = [];
  const note = (what: string) => {
    const onDisk = /"address":"(\w+)"/.exec(disk.seen.get('state.json') ?? '')?.[1] ?? 'nothing';
    said.push(`${what} with ${onDisk} on disk`);
  };
  const output: Output = {
    show: (snapshot) => note(`show ${snapshot.ecuId}`),
    setAnswering: (ecuId, isAnswering) => note(`${ecuId} ${isAnswering}`),
    retire: (ecuId) => note(`retire ${ecuId}`),
    remove: (_, inverterId) => note(`remove ${inverterId}`),
    removeEcu: (ecuId) => note(`remove ${ecuId}`),
  };
  const clock = new FakeClock();
  const first = savedFirst(output, store, clock, recordingLog().log);
  const show = (ecuId: string) =>
    first.show({ ecuId } as EcuSnapshot, FACTS as Parameters<Output['show']>[1], true, false);
  return { said, first, clock, show };
}

const state = (address: string) => ({
  ecus: [{ address, ecuId: '216200000001', firmware: null, energy: null, timing: null, inverters: [] }],
});

test('what is shown is on disk, and in order', async () => {
  const disk = new PowerCutDisk();
  const store = new StateStore('state.json', disk, recordingLog().log);
  const { said, first, show } = stage(store, disk);
  show('early');
  const saving = store.save(state('one'));
  show('first');
  first.setAnswering('first', false);
  expect(said).toEqual(['show early with nothing on disk']);
  await saving;
  await new Promise((resolve) => setImmediate(resolve));
  expect(said.slice(1)).toEqual(['show first with one on disk', 'first false with one on disk']);
  show('later');
  expect(said).toHaveLength(4);
});

test('a disk that hangs delays it by two seconds', async () => {
  const disk = new PowerCutDisk();
  const hanging = Object.assign(Object.create(disk), { open: () => new Promise(() => {}) });
  const store = new StateStore('state.json', hanging, recordingLog().log);
  const { said, clock, show } = stage(store, disk);
  void store.save(state('one'));
  show('first');
  await clock.advance(1_900);
  expect(said).toEqual([]);
  await clock.advance(200);
  expect(said).toEqual(['show first with nothing on disk']);
});
