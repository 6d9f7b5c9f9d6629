import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { parseScript } from '../../src/tools/simulator/script.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { runSimulate, stopSimulating } from '../support/runSimulate.ts';

const BEGAN = '2026-06-21T10:00:30Z';
const site = () => simulatedSite({ ecu: 'ecu-r-pro', inverters: [{ family: 'ds3' }] }, { now: () => new Date(BEGAN) });
const parse = (text: string, zone = 'Europe/Paris') => parseScript(text, new Date(BEGAN), zone, [site()]);

describe('a script', () => {
  it.each([
    ['12:00 spike 50', '2026-06-22T10:00:00.000Z'],
    ['12:01 spike 50', '2026-06-21T10:01:00.000Z'],
    ['12:00:30 spike 50', '2026-06-21T10:00:30.000Z'],
    ['9:05 spike 50', '2026-06-22T07:05:00.000Z'],
    ['+90s spike 50', '2026-06-21T10:02:00.000Z'],
    ['  +2h30m   spike 50 # once', '2026-06-21T12:30:30.000Z'],
    ['+1.5d spike 50\r', '2026-06-22T22:00:30.000Z'],
  ])('%s', (line, due) => {
    expect(parse(line).map((one) => [one.due.toISOString(), one.text])).toEqual([[due, 'spike 50']]);
  });

  it('is done in the order of its times, lines of the same time in their own', () => {
    const lines = parse('# all\n\n+2h behave\n12:10 today 0\n+1m cut 40\n+1m lifetime 0\n');
    expect(lines.map(({ text }) => text)).toEqual(['cut 40', 'lifetime 0', 'today 0', 'behave']);
  });

  it('names every wrong line with its number, and what was meant', () => {
    const text =
      '+1m spik 50\n12.00 behave\n# fine\n24:00 behave\n\n+5 behave\n+1h\n+1h offline 2\n2: +1h behave\n+1h 2: behave';
    expect(() => parse(text)).toThrow(UsageError);
    expect(() => parse(text)).toThrow(
      [
        'line 1: no word "spik"; did you mean spike?',
        'line 2: "12.00" is no time; for example: 12:00, 12:00:30, +90s, +2h, +1d2h',
        'line 4: "24:00" is no time; for example: 12:00, 12:00:30, +90s, +2h, +1d2h',
        'line 6: "+5" is no time; for example: 12:00, 12:00:30, +90s, +2h, +1d2h',
        'line 7: what is to be done at +1h?',
        'line 8: offline: how many? A number from 0 to 1',
        'line 9: "2:" is no time; for example: 12:00, 12:00:30, +90s, +2h, +1d2h',
        'line 10: there is no ECU 2: there is one',
      ].join('\n'),
    );
  });
});

describe('simulate --script', () => {
  const folders: string[] = [];
  afterEach(async () => {
    await stopSimulating();
    for (const folder of folders.splice(0)) {
      rmSync(folder, { recursive: true });
    }
  });

  function scriptFile(text: string): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'script-'));
    folders.push(folder);
    const file = path.join(folder, 'script.txt');
    writeFileSync(file, text);
    return file;
  }

  it('does each line at its time, as fast as its own time runs', async () => {
    const clock = new FakeClock(BEGAN);
    const file = scriptFile('13:00 today 0\n+90s lifetime 0\n+2h behave\n');
    const { summary, text } = await runSimulate(
      ['--speed', '60', '--timezone', 'Europe/Paris', '--script', file],
      clock,
    );
    const truth = await summary();
    await clock.advance(1_400);
    expect(await summary()).toMatchObject({ lifetimeEnergy: truth.lifetimeEnergy });
    await clock.advance(200);
    expect(await summary()).toMatchObject({ lifetimeEnergy: 0, todayEnergy: truth.todayEnergy });
    await clock.advance(58_400);
    expect(await summary()).toMatchObject({ lifetimeEnergy: 0, todayEnergy: 0 });
    await clock.advance(60_000);
    const after = await summary();
    expect(after.lifetimeEnergy).toBeGreaterThan(truth.lifetimeEnergy);
    expect(after.todayEnergy).toBeGreaterThan(truth.todayEnergy);
    expect(text()).toContain('\n12:02:00 lifetime 0: It says 0 kWh for lifetime, until behave.\n');
    expect(text()).toContain('\n13:00:00 today 0: It says');
    expect(text()).toContain('\n14:00:30 behave: It behaves.\n');
  });

  it('swaps ECUs, and ends', async () => {
    const clock = new FakeClock(BEGAN);
    const file = scriptFile('+1d swap\n+40d swap # further away than a timer can be\n+41d quit\n');
    const { ecus, ended } = await runSimulate(['--ecus', '2', '--inverters', 'ds3', '--script', file], clock);
    const ids = () => Promise.all(ecus.map(async (ecu) => (await ecu.summary()).ecuId));
    const [one, two] = await ids();
    await clock.advance(25 * 3_600_000);
    await expect.poll(ids, { timeout: 10_000 }).toEqual([two, one]);
    await clock.advance(39.5 * 24 * 3_600_000);
    await expect.poll(ids, { timeout: 10_000 }).toEqual([one, two]);
    await clock.advance(24 * 3_600_000);
    expect(await ended).toBe(0);
  });

  it('starts nothing when a line is wrong', async () => {
    const file = scriptFile('+1m behave\n+2m behav\n');
    await expect(runSimulate(['--script', file])).rejects.toThrow(
      /^the script .*script\.txt is wrong, so nothing has been started\nline 2: no word "behav"; did you mean behave\?$/,
    );
  });
});
