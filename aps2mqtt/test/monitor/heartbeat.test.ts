import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHeartbeat } from '../../src/monitor/heartbeat.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { recordingLog } from '../support/logs.ts';

const MINUTE = 60_000;

function started(touch?: () => Promise<void>) {
  const clock = new FakeClock();
  const { log, lines } = recordingLog();
  const stop = new AbortController();
  let touches = 0;
  const heartbeat = createHeartbeat('/tmp/alive', clock, log, async () => {
    touches++;
    await touch?.();
  });
  const run = heartbeat.run(stop.signal);
  /** Touches in the next `ms`, and since the last call. */
  const touchesIn = async (ms: number) => {
    await clock.advance(ms);
    const count = touches;
    touches = 0;
    return count;
  };
  return { clock, heartbeat, run, stop, lines, touchesIn };
}

test('touches every 30 s, from the start', async () => {
  const { touchesIn } = started();
  expect(await touchesIn(0)).toBe(1);
  expect(await touchesIn(10 * MINUTE)).toBe(20);
});

test('stops when one loop is overdue by 3 minutes, and goes on when it is back', async () => {
  const { heartbeat, touchesIn } = started();
  heartbeat.beat('one', 60 * MINUTE);
  heartbeat.beat('two', 5 * MINUTE);
  expect(await touchesIn(8 * MINUTE)).toBe(17);
  expect(await touchesIn(20 * MINUTE)).toBe(0);
  heartbeat.beat('two', 15 * MINUTE);
  expect(await touchesIn(18 * MINUTE)).toBe(36);
  expect(await touchesIn(20 * MINUTE)).toBe(0);
});

test('a loop that has come to its end is not waited for', async () => {
  const { heartbeat, touchesIn } = started();
  heartbeat.beat('one', 60 * MINUTE);
  heartbeat.beat('two', 5 * MINUTE);
  heartbeat.leave('two');
  expect(await touchesIn(30 * MINUTE)).toBe(61);
});

test('a clock that is set means nothing', async () => {
  const { clock, heartbeat, touchesIn } = started();
  heartbeat.beat('one', 5 * MINUTE);
  clock.jump(365 * 24 * 60 * MINUTE);
  expect(await touchesIn(8 * MINUTE)).toBe(17);
  heartbeat.beat('one', 5 * MINUTE);
  clock.jump(-365 * 24 * 60 * MINUTE);
  expect(await touchesIn(8 * MINUTE)).toBe(16);
  expect(await touchesIn(8 * MINUTE)).toBe(0);
});

test('a file that cannot be touched is told once at debug, and tried again', async () => {
  const { lines, touchesIn } = started(() => Promise.reject(new Error('EROFS: read-only file system')));
  expect(await touchesIn(10 * MINUTE)).toBe(21);
  expect(lines).toEqual([{ level: 'debug', text: 'no heartbeat: EROFS: read-only file system' }]);
});

test('ends with the signal; without a path at once', async () => {
  const { run, stop, clock } = started();
  stop.abort(new Error('SIGTERM'));
  await run;
  expect(clock.sleepers).toBe(0);
  await createHeartbeat(null, clock, recordingLog().log).run(new AbortController().signal);
});

test('touches a real file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aps2mqtt-'));
  const file = join(folder, 'alive');
  const stop = new AbortController();
  const waiting = {
    now: () => new Date('2026-06-01T12:00:00Z'),
    sleep: async () => stop.abort(new Error('enough')),
  };
  await createHeartbeat(file, waiting, recordingLog().log).run(stop.signal);
  expect(await readFile(file, 'utf8')).toBe('2026-06-01T12:00:00.000Z\n');
  await rm(folder, { recursive: true });
});
