import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NOTHING_SAVED, printSavedState, type SavedState } from '../../src/site/savedState.ts';
import { type Files, nodeFiles, StateStore } from '../../src/site/stateStore.ts';
import { exampleState } from '../support/exampleState.ts';
import { recordingLog } from '../support/logs.ts';
import { type Loss, PowerCutDisk } from '../support/powerCutDisk.ts';

const before = exampleState(3, 5_000);
const after = exampleState(4, 5_000.1);

describe('on a real disk', () => {
  let folder = '';
  let path = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aps2mqtt-'));
    path = join(folder, 'state.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('a state is there after a restart, and nothing lies about', async () => {
    const { log, lines } = recordingLog();
    const store = new StateStore(path, nodeFiles, log);
    expect(await store.load()).toEqual(NOTHING_SAVED);
    await store.save(before);
    await store.save(after);
    expect(await new StateStore(path, nodeFiles, log).load()).toEqual(after);
    expect(await readdir(folder)).toEqual(['state.json']);
    expect(lines).toEqual([]);
  });

  test('is settled when all that was to be saved is there', async () => {
    const { log } = recordingLog();
    const store = new StateStore(path, nodeFiles, log);
    await store.settled();
    void store.save(before);
    void store.save(after);
    await store.settled();
    expect(await readFile(path, 'utf8')).toBe(printSavedState(after));
  });

  test('garbage is set aside with one warning, and the next save is a good file', async () => {
    await writeFile(path, '{"version":1,"ec');
    const { log, texts } = recordingLog();
    const store = new StateStore(path, nodeFiles, log);
    expect(await store.load()).toEqual(NOTHING_SAVED);
    expect(texts('warn')).toEqual([
      `The saved state in ${path} cannot be used: it is not JSON. It is set aside as ${path}.broken`,
    ]);
    expect(await readFile(`${path}.broken`, 'utf8')).toBe('{"version":1,"ec');
    await store.save(after);
    expect(await new StateStore(path, nodeFiles, log).load()).toEqual(after);
  });

  test('a folder that is not there, or a folder in its place, is told once', async () => {
    for (const wrong of [join(folder, 'none', 'state.json'), folder]) {
      const { log, texts } = recordingLog();
      const store = new StateStore(wrong, nodeFiles, log);
      expect(await store.load()).toEqual(NOTHING_SAVED);
      const told = texts('warn').length;
      await store.save(before);
      await store.save(after);
      expect(texts('warn').slice(told)).toEqual([expect.stringContaining('The state cannot be saved')]);
    }
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a power cut', () => {
  const losses: Record<string, Loss> = {
    'of nothing': (text) => text,
    'of all that was not synced': () => '',
    'of half of it': (text) => text.slice(0, text.length / 2),
    'with zeros in its place': (text) => '\0'.repeat(text.length),
  };
  const path = '/data/state.json';
  const start = new Map([[path, printSavedState(before)]]);

  test.each(Object.entries(losses))('at any step leaves the old state or the new one: loss %s', async (_, loss) => {
    const whole = new PowerCutDisk(start);
    await new StateStore(path, whole, recordingLog().log).save(after);
    expect(whole.steps).toBeGreaterThan(6);
    const seen = new Set<SavedState>();
    for (let cutAt = 1; cutAt <= whole.steps + 1; cutAt++) {
      for (const isRenameLost of [false, true]) {
        const disk = new PowerCutDisk(start, cutAt);
        await new StateStore(path, disk, recordingLog().log).save(after);
        const { log, lines } = recordingLog();
        const found = await new StateStore(path, new PowerCutDisk(disk.afterCut(isRenameLost, loss)), log).load();
        expect([before, after]).toContainEqual(found);
        expect(lines).toEqual([]);
        seen.add(found.ecus[0]?.inverters.length === 3 ? before : after);
      }
    }
    expect(seen.size).toBe(2);
  });

  test('once a save is done, no cut takes it back', async () => {
    const disk = new PowerCutDisk(start);
    await new StateStore(path, disk, recordingLog().log).save(after);
    expect(disk.afterCut(true, () => '').get(path)).toBe(printSavedState(after));
  });

  test('the first save ever leaves nothing or all', async () => {
    for (let cutAt = 1; cutAt < 9; cutAt++) {
      const disk = new PowerCutDisk(new Map(), cutAt);
      await new StateStore(path, disk, recordingLog().log).save(after);
      const found = await new StateStore(
        path,
        new PowerCutDisk(disk.afterCut(false, () => '')),
        recordingLog().log,
      ).load();
      expect([NOTHING_SAVED, after]).toContainEqual(found);
    }
  });
});

describe('a disk that fails', () => {
  function failing(code: string) {
    const disk = new PowerCutDisk();
    const state = { isFailing: true, opens: 0 };
    const files: Files = {
      read: (path) => disk.read(path),
      open: async (path, flags) => {
        state.opens++;
        const fault = Object.assign(new Error(`${code}: no way`), { code });
        if (state.isFailing && code !== 'ENOSPC') {
          throw fault;
        }
        const handle = await disk.open(path, flags);
        const writeFile = () => Promise.reject(fault);
        return state.isFailing ? { ...handle, writeFile } : handle;
      },
      rename: (from, to) => disk.rename(from, to),
      remove: (path) => disk.remove(path),
    };
    return { disk, files, state };
  }

  test.each([
    ['ENOSPC', 'the disk is full'],
    ['EROFS', 'nothing can be written there: it is mounted read-only'],
    ['ENOENT', 'the folder /data does not exist: create it'],
  ])('%s is told at its edges, leaves no rest, and is tried again', async (code, words) => {
    const { disk, files, state } = failing(code);
    const { log, lines } = recordingLog();
    const store = new StateStore('/data/state.json', files, log);
    await store.save(before);
    await store.save(before);
    await store.save(after);
    expect([...disk.seen.keys()]).toEqual([]);
    expect(state.opens).toBe(3);
    state.isFailing = false;
    await store.save(after);
    expect(disk.seen.get('/data/state.json')).toBe(printSavedState(after));
    expect(lines).toEqual([
      { level: 'warn', text: `The state cannot be saved: ${words}. It is kept in memory; trying again` },
      { level: 'info', text: 'The state is saved to /data/state.json again' },
    ]);
  });

  test('a state that cannot be read is told, and written over only as a whole', async () => {
    const { log, texts } = recordingLog();
    const disk = new PowerCutDisk();
    const files: Files = {
      read: () => Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })),
      open: (path, flags) => disk.open(path, flags),
      rename: (from, to) => disk.rename(from, to),
      remove: (path) => disk.remove(path),
    };
    expect(await new StateStore('/data/state.json', files, log).load()).toEqual(NOTHING_SAVED);
    expect(texts('warn')).toEqual(['The saved state cannot be read: no permission to read it. Starting without it']);
  });
});

test('a folder in place of the file is told as one, by each side', async () => {
  const { log, texts } = recordingLog();
  const store = new StateStore(await mkdtemp(join(tmpdir(), 'aps2mqtt-state-')), nodeFiles, log);
  expect(await store.load()).toEqual(NOTHING_SAVED);
  await store.save(after);
  expect(texts('warn')).toEqual([
    'The saved state cannot be read: it is a folder; name a file in it. Starting without it',
    'The state cannot be saved: it is a folder; name a file in it. It is kept in memory; trying again',
  ]);
});

describe('no more writes than needed', () => {
  const path = '/data/state.json';

  test('what has not changed is not written, nor is what was loaded', async () => {
    const disk = new PowerCutDisk(new Map([[path, printSavedState(before)]]));
    const store = new StateStore(path, disk, recordingLog().log);
    await store.save(await store.load());
    expect(disk.steps).toBe(0);
    await store.save(after);
    const { steps } = disk;
    await store.save(exampleState(4, 5_000.1));
    expect(disk.steps).toBe(steps);
  });

  test('of many states in a moment the newest is written', async () => {
    const disk = new PowerCutDisk();
    const store = new StateStore(path, disk, recordingLog().log);
    await Promise.all([1, 2, 3, 4, 5].map((count) => store.save(exampleState(count))));
    expect(disk.seen.get(path)).toBe(printSavedState(exampleState(5)));
    const single = new PowerCutDisk();
    await new StateStore(path, single, recordingLog().log).save(before);
    expect(disk.steps).toBe(single.steps);
  });

  test('what is to be saved in the moment when a save ends is written as well', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const disk = new PowerCutDisk();
      const store = new StateStore(path, disk, recordingLog().log);
      void store.save(exampleState(1));
      for (let turn = 0; turn < turns; turn++) {
        await null;
      }
      await store.save(exampleState(2));
      await store.settled();
      expect(disk.seen.get(path)).toBe(printSavedState(exampleState(2)));
    }
  });

  test('without a path nothing is kept, and nothing is said', async () => {
    const { log, lines } = recordingLog();
    const disk = new PowerCutDisk();
    const store = new StateStore(null, disk, log);
    await store.save(after);
    expect(await store.load()).toEqual(NOTHING_SAVED);
    expect(disk.steps).toBe(0);
    expect(lines).toEqual([]);
  });
});
