import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { countRound } from '../src/energy/counting.ts';
import type { CountingRound } from '../src/energy/countingRound.ts';
import type { CountingState } from '../src/energy/countingState.ts';
import { fileHistory } from '../src/history/fileHistory.ts';
import { historyFolder } from '../src/history/folder.ts';
import { silentLogger } from '../src/logger.ts';
import { describeMachine, nodeVersion } from './machine.ts';
import { spread, spreadText } from './spread.ts';

/** As in the image: without the compilers that make later runs of the same code faster. */
const FLAGS = ['--max-semi-space-size=1', '--no-opt', '--no-maglev', '--no-sparkplug'];
const ECU = '216200000001';
const ROUNDS = 288;
const RUNS = 7;

async function main(): Promise<void> {
  if (!process.execArgv.includes('--no-opt')) {
    const script = process.argv[1] ?? '';
    const { status } = spawnSync(process.execPath, [...FLAGS, script], { stdio: 'inherit' });
    process.exitCode = status ?? 1;
    return;
  }
  process.stdout.write(`${describeMachine({ Node: nodeVersion(process.execPath) })}\n\n`);
  const rows = [
    ['counting a round, 30 inverters of 2 panels', await counting(30, 2)],
    ['counting a round, 100 inverters of 4 panels', await counting(100, 4)],
    ['a round into its file, 30 inverters of 2 panels', await appending(30, 2)],
    ['reading a day of 400 panels, compressed', await reading(200, 2, 1)],
    ['reading a year of 40 panels, compressed', await reading(20, 2, 365)],
  ];
  process.stdout.write(`| what | ms |\n| --- | --- |\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`);
}

const idOf = (inverter: number) => `70400000${1000 + inverter}`;

function roundOf(index: number, inverters: number, panels: number): CountingRound {
  const at = Date.UTC(2026, 5, 21, 4) + index * 300_000;
  const iso = new Date(at).toISOString();
  const watts = Math.round(300 * Math.sin((Math.PI * (index % 200)) / 200));
  return {
    stamp: iso.slice(0, 19).replace('T', ' '),
    at: at + 20_000,
    day: iso.slice(0, 10),
    minute: Math.floor((at % 86_400_000) / 60_000),
    lifetime: 1_000 + Math.floor((index * inverters * panels * 16) / 100) / 10,
    today: null,
    inverters: Array.from({ length: inverters }, (_, one) => ({
      id: idOf(one),
      online: true,
      powers: Array.from({ length: panels }, (__, panel) => watts + panel),
    })),
  };
}

/** With the printing of what is saved, which comes with each round. */
async function counting(inverters: number, panels: number): Promise<string> {
  let state: CountingState | null = null;
  const times: number[] = [];
  for (let index = 0; index < 400; index++) {
    const round = roundOf(index, inverters, panels);
    const start = performance.now();
    state = countRound(state, round).state;
    JSON.stringify(state);
    times.push(performance.now() - start);
  }
  return spreadTextOf(times.slice(100));
}

async function appending(inverters: number, panels: number): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'aps2mqtt-'));
  const history = fileHistory(historyFolder(root), 400, silentLogger);
  const times: number[] = [];
  for (let index = 0; index < 200; index++) {
    const { inverters: told, at } = roundOf(index, inverters, panels);
    const start = performance.now();
    await history.append(
      ECU,
      new Date(at).toISOString(),
      told.map((one) => ({ ...one, temperature: 40 })),
    );
    times.push(performance.now() - start);
  }
  await rm(root, { recursive: true });
  return spreadTextOf(times.slice(50));
}

async function reading(inverters: number, panels: number, days: number): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'aps2mqtt-'));
  const folder = path.join(root, ECU);
  await mkdir(folder, { recursive: true });
  for (let day = 0; day < days; day++) {
    const date = new Date(Date.UTC(2025, 5, 21) + day * 86_400_000).toISOString().slice(0, 10);
    await writeFile(path.join(folder, `${date}.csv.gz`), gzipSync(dayText(date, inverters, panels)));
  }
  const history = fileHistory(historyFolder(root), 400, silentLogger);
  const all = await history.days(ECU);
  const times: number[] = [];
  for (let run = 0; run < (days > 1 ? 3 : RUNS); run++) {
    const start = performance.now();
    for (const day of all) {
      await history.readDay(ECU, day);
    }
    times.push(performance.now() - start);
  }
  const bytes = await sizeOf(folder);
  await rm(root, { recursive: true });
  return `${spreadTextOf(times)} (${Math.round(bytes / 1000)} kB)`;
}

/** Panels of their own, with a cloud now and then: text that does not pack better than a real one. */
function dayText(date: string, inverters: number, panels: number): string {
  const names = Array.from({ length: inverters }, (_, one) => [
    ...Array.from({ length: panels }, (__, panel) => `${idOf(one)}/${panel + 1}`),
    `${idOf(one)}/online`,
    `${idOf(one)}/temperature`,
  ]);
  const lines = Array.from({ length: ROUNDS }, (_, round) => {
    const time = `${String(Math.floor(round / 12)).padStart(2, '0')}:${String((round % 12) * 5).padStart(2, '0')}`;
    const sun = Math.max(0, Math.sin((Math.PI * (round - 66)) / 168)) * (0.7 + 0.3 * Math.random());
    const fields = Array.from({ length: inverters }, () => [
      ...Array.from({ length: panels }, () => Math.round(380 * sun * (0.9 + 0.1 * Math.random()))),
      sun > 0 ? 1 : 0,
      sun > 0 ? Math.round(20 + 30 * sun) : '',
    ]);
    return [`${date}T${time}:00+02:00`, ...fields.flat()].join(',');
  });
  return [['round', ...names.flat()].join(','), ...lines, ''].join('\n');
}

async function sizeOf(folder: string): Promise<number> {
  const files = await Promise.all((await readdir(folder)).map((name) => stat(path.join(folder, name))));
  return files.reduce((sum, { size }) => sum + size, 0);
}

function spreadTextOf(times: readonly number[]): string {
  const measured = spread(times);
  return measured === null ? '' : spreadText(measured);
}

await main();
