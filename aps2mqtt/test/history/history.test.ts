import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fileHistory } from '../../src/history/fileHistory.ts';
import { historyFolder } from '../../src/history/folder.ts';
import { memoryHistory } from '../../src/history/memoryHistory.ts';
import { TableFile } from '../../src/history/tableFile.ts';
import { recordingLog } from '../support/logs.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const ECU = '216200000001';
const ID = '704000000011';
const round = (minute: number, day = '2026-06-21') => `${day}T12:${String(minute).padStart(2, '0')}:00+02:00`;
const inverter = (power: number | null, temperature: number | null = 40, id = ID) => ({
  id,
  online: true,
  temperature,
  powers: [power, 200],
});

async function onDisk(keptDays = 400) {
  const root = await temporaryFolder();
  const recording = recordingLog();
  const start = () => fileHistory(historyFolder(root), keptDays, recording.log);
  const told = () => recording.lines.filter(({ level }) => level !== 'debug').map(({ text }) => text);
  return { root, start, told, file: (name: string) => path.join(root, ECU, name) };
}

test('a line a round, below a header that tells the columns', async () => {
  const { start, file } = await onDisk();
  const history = start();
  await history.append(ECU, round(0), [inverter(100)]);
  await history.append(ECU, round(5), [inverter(null, null)]);
  await history.append(ECU, round(10), [{ ...inverter(0), online: false }]);
  expect(await readFile(file('2026-06-21.csv'), 'utf8')).toBe(
    [
      `round,${ID}/1,${ID}/2,${ID}/online,${ID}/temperature`,
      '2026-06-21T12:00:00+02:00,100,200,1,40',
      '2026-06-21T12:05:00+02:00,,200,1,',
      '2026-06-21T12:10:00+02:00,0,200,0,40',
      '',
    ].join('\n'),
  );
  const day = await history.readDay(ECU, '2026-06-21');
  expect(day?.stamps).toEqual([round(0), round(5), round(10)]);
  expect(day?.times[0]).toBe(Date.parse('2026-06-21T10:00:00Z'));
  expect(day?.columns.get(`${ID}/1`)).toEqual([100, null, 0]);
  expect(day?.columns.get(`${ID}/online`)).toEqual([1, 1, 0]);
  expect(day?.columns.get(`${ID}/temperature`)).toEqual([40, null, 40]);
  expect(await history.readDay(ECU, '2026-06-20')).toBeNull();
});

test('another set of inverters has another header; another order has not, nor has a restart', async () => {
  const { start, file } = await onDisk();
  const other = '801000000013';
  await start().append(ECU, round(0), [inverter(1), inverter(2, 40, other)]);
  const history = start();
  await history.append(ECU, round(5), [inverter(4, 40, other), inverter(3)]);
  await history.append(ECU, round(10), [inverter(5)]);
  const text = await readFile(file('2026-06-21.csv'), 'utf8');
  expect(text.match(/^round/gm)).toHaveLength(2);
  const day = await history.readDay(ECU, '2026-06-21');
  expect(day?.columns.get(`${ID}/1`)).toEqual([1, 3, 5]);
  expect(day?.columns.get(`${other}/1`)).toEqual([2, 4, null]);
});

test('a day is compressed when the next one begins, or by the next start', async () => {
  const { root, start } = await onDisk();
  const history = start();
  await history.append(ECU, round(0), [inverter(1)]);
  await history.append(ECU, round(0, '2026-06-22'), [inverter(2)]);
  expect((await readdir(path.join(root, ECU))).sort()).toEqual(['2026-06-21.csv.gz', '2026-06-22.csv']);
  await start().start(new Date('2026-06-23T14:00:00Z'));
  expect((await readdir(path.join(root, ECU))).sort()).toEqual(['2026-06-21.csv.gz', '2026-06-22.csv.gz']);
  expect(await history.days(ECU)).toEqual(['2026-06-21', '2026-06-22']);
  expect((await history.readDay(ECU, '2026-06-21'))?.columns.get(`${ID}/1`)).toEqual([1]);
  expect(await history.ecus()).toEqual([ECU]);
});

test('rounds are kept for so many days, energies for ever', async () => {
  const { start } = await onDisk(2);
  const history = start();
  for (const day of ['2026-06-18', '2026-06-19', '2026-06-20', '2026-06-21']) {
    await history.append(ECU, round(0, day), [inverter(1)]);
    await history.closeDay(ECU, { day, inverters: [{ id: ID, energy: [1_234.4, 500], estimated: [0, 100] }] });
  }
  expect(await history.days(ECU)).toEqual(['2026-06-19', '2026-06-20', '2026-06-21']);
  const energies = await history.readEnergies(ECU);
  expect(energies.map(({ day }) => day)).toEqual(['2026-06-18', '2026-06-19', '2026-06-20', '2026-06-21']);
  expect(energies[0]?.panels.get(`${ID}/1`)).toEqual({ energy: 1.234, estimated: 0 });
  expect(energies[0]?.panels.get(`${ID}/2`)).toEqual({ energy: 0.5, estimated: 0.1 });
});

test('a clock that is years ahead for a day costs no rounds', async () => {
  const { start } = await onDisk();
  const history = start();
  for (const day of ['2026-06-20', '2026-06-21', '2099-01-01', '2026-06-22']) {
    await history.append(ECU, round(0, day), [inverter(1)]);
  }
  expect(await history.days(ECU)).toEqual(['2026-06-20', '2026-06-21', '2026-06-22', '2099-01-01']);
});

test('the energies of a day that is closed twice are there once', async () => {
  const { start, file } = await onDisk();
  const history = start();
  const day = '2026-06-18';
  await history.closeDay(ECU, { day, inverters: [{ id: ID, energy: [1_000, 500], estimated: [0, 0] }] });
  await history.closeDay(ECU, { day, inverters: [{ id: ID, energy: [1_000, 400], estimated: [0, 0] }] });
  expect(await readFile(file('energies.csv'), 'utf8')).toMatch(`day,${ID}/1,${ID}/1/estimated,${ID}/2`);
  const energies = await history.readEnergies(ECU);
  expect(energies.map(({ panels }) => [...panels.values()].map(({ energy }) => energy))).toEqual([[1, 0.5]]);
});

test('a power cut at any byte of a line costs this line and no other', async () => {
  const { root, start, file } = await onDisk();
  const history = start();
  await history.append(ECU, round(0), [inverter(100)]);
  await history.append(ECU, round(5), [inverter(101)]);
  const whole = await readFile(file('2026-06-21.csv'));
  const first = whole.indexOf('\n', whole.indexOf('\n') + 1) + 1;
  const tails = Array.from({ length: whole.length - first }, (_, left) => whole.subarray(0, first + left));
  for (const torn of [...tails, Buffer.concat([whole.subarray(0, first), Buffer.alloc(30)])]) {
    await rm(root, { recursive: true });
    await mkdir(path.join(root, ECU), { recursive: true });
    await writeFile(file('2026-06-21.csv'), torn);
    const next = start();
    expect((await next.readDay(ECU, '2026-06-21'))?.columns.get(`${ID}/1`)).toEqual([100]);
    await next.append(ECU, round(10), [inverter(102)]);
    const day = await next.readDay(ECU, '2026-06-21');
    expect(day?.columns.get(`${ID}/1`)).toEqual([100, 102]);
    expect(day?.skipped).toBe(0);
  }
});

test('a cut between compressing and removing leaves the day once', async () => {
  const { start, file } = await onDisk();
  const history = start();
  await history.append(ECU, round(0), [inverter(1)]);
  const text = await readFile(file('2026-06-21.csv'));
  await writeFile(file('2026-06-21.csv.gz'), gzipSync(text));
  expect((await history.readDay(ECU, '2026-06-21'))?.stamps).toEqual([round(0)]);
  await start().start(new Date('2026-06-22T14:00:00Z'));
  expect(gunzipSync(await readFile(file('2026-06-21.csv.gz')))).toEqual(text);
  expect(await readdir(path.dirname(file('x')))).toEqual(['2026-06-21.csv.gz']);
});

test('a disk that is full costs a warning and the rounds meanwhile', async () => {
  const root = await temporaryFolder();
  let isFull = false;
  const files = {
    open: async (file: string, flags: 'a' | 'r+') => {
      const handle = await open(file, flags);
      return {
        readFile: () => handle.readFile(),
        truncate: (length?: number) => handle.truncate(length),
        sync: () => handle.sync(),
        close: () => handle.close(),
        writeFile: async (text: unknown) => {
          await handle.writeFile(isFull ? String(text).slice(0, -2) : String(text));
          if (isFull) {
            throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
          }
        },
      };
    },
  } as unknown as ConstructorParameters<typeof TableFile>[2];
  const table = new TableFile(path.join(root, 'x.csv'), 'round', files);
  await table.append('a', new Map([['one', '1']]));
  isFull = true;
  await expect(table.append('b', new Map([['one', '2']]))).rejects.toThrow('ENOSPC');
  await expect(table.append('c', new Map([['two', '3']]))).rejects.toThrow('ENOSPC');
  isFull = false;
  await table.append('d', new Map([['two', '4']]));
  expect(await readFile(table.path, 'utf8')).toBe('round,one\na,1\nround,two\nd,4\n');
});

test('a folder that was taken away is there again with the next round, with a header', async () => {
  const { root, start, told, file } = await onDisk();
  const history = start();
  await history.append(ECU, round(0), [inverter(1)]);
  await rm(path.join(root, ECU), { recursive: true });
  await history.append(ECU, round(5), [inverter(2)]);
  expect(await readFile(file('2026-06-21.csv'), 'utf8')).toMatch(/^round,.*\n2026-06-21T12:05:00\+02:00,2,200,1,40\n$/);
  expect(told()).toEqual([]);
});

test('a folder that can not be written is told once, and once when it is well again', async () => {
  const { root, start, told } = await onDisk();
  await writeFile(path.join(root, ECU), 'a file where the folder should be');
  const history = start();
  for (const minute of [0, 5, 10]) {
    await history.append(ECU, round(minute), [inverter(1)]);
  }
  await history.closeDay(ECU, { day: '2026-06-20', inverters: [] });
  expect(told()).toEqual([
    expect.stringMatching(
      /^The history cannot be written: there is a file where the folder should be\. Going on without it; trying again$/,
    ),
  ]);
  await rm(path.join(root, ECU));
  await history.append(ECU, round(15), [inverter(1)]);
  expect(told().slice(1)).toEqual(['The history is written again']);
  expect((await history.readDay(ECU, '2026-06-21'))?.stamps).toEqual([round(15)]);
});

test('files made by hand are read, plain and compressed; lines that are broken are skipped and counted', async () => {
  const { start, file } = await onDisk();
  await mkdir(path.dirname(file('x')));
  const header = `round,${ID}/1,${ID}/2,note,${ID}/online,${ID}/temperature`;
  const lines = [
    `${round(5)},10,11,fine,1,30`,
    `${round(0)},8,9,earlier,1,30`,
    'no time,1,2,,1,30',
    `${round(10)},1,2`,
    `${round(15)},many,2,,1,30`,
    `${round(5)},20,21,once more,1,31`,
    '',
    `${round(20)}, 5 ,,,,`,
  ];
  const text = `\uFEFF${[header, ...lines].join('\r\n')}\r\n`;
  await writeFile(file('2026-06-01.csv'), text);
  await writeFile(file('2026-06-02.csv.gz'), gzipSync(text));
  await writeFile(file('2026-06-03.csv'), text.replaceAll(',', ';'));
  await writeFile(file('2026-06-04.csv.gz'), 'no gzip');
  await writeFile(file('notes.txt'), 'of mine');
  const history = start();
  expect(await history.days(ECU)).toEqual(['2026-06-01', '2026-06-02', '2026-06-03', '2026-06-04']);
  for (const day of ['2026-06-01', '2026-06-02', '2026-06-03']) {
    const read = await history.readDay(ECU, day);
    expect(read?.columns.get(`${ID}/1`), day).toEqual([8, 20, 5]);
    expect(read?.columns.get(`${ID}/2`)).toEqual([9, 21, null]);
    expect([...(read?.columns.keys() ?? [])]).not.toContain('note');
    expect(read?.skipped).toBe(3);
  }
  expect(await history.readDay(ECU, '2026-06-04')).toBeNull();
  await history.start(new Date('2026-06-21T14:00:00Z'));
  expect((await history.readDay(ECU, '2026-06-01'))?.columns.get(`${ID}/1`)).toEqual([8, 20, 5]);
  expect(await readFile(file('notes.txt'), 'utf8')).toBe('of mine');
});

test('a day that somebody goes on with by hand, and we after them', async () => {
  const { start, file } = await onDisk();
  await mkdir(path.dirname(file('x')));
  await writeFile(file('2026-06-21.csv.gz'), gzipSync(`round,${ID}/1\n${round(0)},7\n`));
  const history = start();
  await history.append(ECU, round(5), [inverter(8)]);
  expect((await history.readDay(ECU, '2026-06-21'))?.columns.get(`${ID}/1`)).toEqual([7, 8]);
  await history.append(ECU, round(0, '2026-06-22'), [inverter(9)]);
  expect((await history.readDay(ECU, '2026-06-21'))?.columns.get(`${ID}/1`)).toEqual([7, 8]);
});

test('without a place to keep it there is only today', async () => {
  const history = memoryHistory();
  await history.append(ECU, round(0), [inverter(1)]);
  await history.append(ECU, round(5), [inverter(2), inverter(3, 20, '801000000013')]);
  expect((await history.readDay(ECU, '2026-06-21'))?.columns.get(`${ID}/1`)).toEqual([1, 2]);
  await history.append(ECU, round(0, '2026-06-22'), [inverter(4)]);
  expect(await history.days(ECU)).toEqual(['2026-06-22']);
  expect(await history.readDay(ECU, '2026-06-21')).toBeNull();
});
