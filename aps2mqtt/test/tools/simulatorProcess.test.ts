import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../support/broker.ts';
import { endPrograms, startProgram } from '../support/program.ts';

afterEach(endPrograms);

it('a simulator that refuses connections from the start goes on, and can be stopped', async () => {
  const simulator = startProgram({}, ['simulate', '--port', String(await freePort()), '--fault', 'refuse']);
  await simulator.says('Ctrl-C ends it');
  const isOver = await Promise.race([simulator.exited.then(() => true), sleep(1_000, false)]);
  expect(isOver).toBe(false);
  expect((await simulator.stop()).code).toBe(0);
});

it('says how to start the bridge as it was started itself', async () => {
  const simulator = startProgram({}, ['simulate', '--port', '0']);
  await simulator.says(/^ {2}APS_ECU_IP=127\.0\.0\.1 .* node dist\/aps2mqtt\.js$/m);
  await simulator.stop();
  const wrong = startProgram({}, ['probe', '--jsno']);
  expect(await wrong.exited).toBe(1);
  expect(wrong.output()).toMatch(/\nTry node dist\/aps2mqtt\.js probe --help\n$/);
});

it('two ECUs in one process swap their addresses as a script says, and end', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'script-'));
  writeFileSync(path.join(folder, 'swap.txt'), '+1h swap\n+2h 2: spike 50\n+3h quit\n');
  const args = ['simulate', '--ecus', '2', '--port', '0', '--speed', '3600', '--script', path.join(folder, 'swap.txt')];
  const simulator = startProgram({}, args);
  expect(await simulator.exited).toBe(0);
  rmSync(folder, { recursive: true });
  const [, first, second] =
    /Listening at 127\.0\.0\.1, port (\d+); 127\.0\.0\.1, port (\d+)\./.exec(simulator.output()) ?? [];
  expect(simulator.output()).toContain(` swap: 1: 127.0.0.1, port ${second}; 2: 127.0.0.1, port ${first}\n`);
  expect(simulator.output()).toMatch(/ 2: spike 50: It says 50 kWh more, once\.\n/);
});
