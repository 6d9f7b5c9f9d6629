import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { exportCommand } from '../../src/tools/export.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const [HOUSE, GARAGE] = ['216200000001', '216200000002'];
const DS3 = '704000000011';

async function kept() {
  const root = await temporaryFolder();
  const put = async (ecu: string, name: string, text: string) => {
    await mkdir(path.join(root, ecu), { recursive: true });
    await writeFile(path.join(root, ecu, name), name.endsWith('.gz') ? gzipSync(text) : text);
  };
  const header = `round,${DS3}/1,${DS3}/online`;
  await put(HOUSE, '2026-06-20.csv.gz', `${header}\n2026-06-20T12:00:00+02:00,10,1\n`);
  await put(
    HOUSE,
    '2026-06-21.csv',
    `${header}\n2026-06-21T12:00:00+02:00,11,1\nbroken\n2026-06-21T12:05:00+02:00,,0\n`,
  );
  await put(GARAGE, '2026-06-21.csv', 'round,801000000013/1\n2026-06-21T12:00:30+02:00,5\n');
  let text = '';
  let warned = '';
  const output = {
    isColoured: false,
    progress: () => {},
    write: (more: string) => {
      text += more;
    },
    warn: (more: string) => {
      warned += more;
    },
  };
  const run = (...args: string[]) =>
    exportCommand(
      args,
      { APS_HISTORY_DIR: root },
      { output, clock: new FakeClock(), home: async () => ({ adapters: [], neighbours: [] }), program: 'aps2mqtt' },
    );
  return { root, run, text: () => text, warned: () => warned };
}

test('a span of days of all ECUs is one table below one header', async () => {
  const { root, run, text } = await kept();
  const out = path.join(root, 'out.csv');
  expect(await run('--from', '2026-06-20', '--to', '2026-06-21', '--out', out)).toBe(0);
  expect(await readFile(out, 'utf8')).toBe(
    [
      `round,${DS3}/1,${DS3}/online,801000000013/1`,
      '2026-06-20T12:00:00+02:00,10,1,',
      '2026-06-21T12:00:00+02:00,11,1,',
      '2026-06-21T12:05:00+02:00,,0,',
      '2026-06-21T12:00:30+02:00,,,5',
      '',
    ].join('\n'),
  );
  expect(text()).toBe(`${out}: 4 readings of 2 days. Left out, as they cannot be read: 1\n`);
});

test('one ECU, one day, to standard output', async () => {
  const { run, text } = await kept();
  expect(await run('--ecu', HOUSE, '--to', '2026-06-20', '--out', '-')).toBe(0);
  expect(text()).toBe(`round,${DS3}/1,${DS3}/online\n2026-06-20T12:00:00+02:00,10,1\n`);
});

test('where there is nothing it says so, and what there is', async () => {
  const { run, warned } = await kept();
  expect(await run('--ecu', '216200000009', '--out', '-')).toBe(1);
  expect(warned()).toContain(`of ECU 216200000009, but of ${HOUSE}, ${GARAGE}`);
  expect(await run('--from', '2027-01-01', '--out', '-')).toBe(1);
  expect(warned()).toContain('no readings of these days');
});

test.each([
  [['--from', '2026-06-31x', '--out', '-'], 'write it as 2026-06-30'],
  [['--from', '2026-06-21', '--to', '2026-06-20', '--out', '-'], 'is after'],
  [[], 'aps2mqtt export --out FILE'],
  [['june', '--out', '-'], 'takes options only'],
  [['--out', '/nowhere/at/all.csv'], 'cannot be written'],
])('%j is wrong usage', async (args, message) => {
  const { run } = await kept();
  await expect(run(...args)).rejects.toThrow(UsageError);
  await expect(run(...args)).rejects.toThrow(message);
});
