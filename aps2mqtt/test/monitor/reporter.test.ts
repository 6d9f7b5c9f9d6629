import { expect, it } from 'vitest';
import { EcuSilentError, MalformedReplyError } from '../../src/errors.ts';
import { Reporter } from '../../src/monitor/reporter.ts';
import { newEcu, takeReading } from '../../src/site/knownEcu.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { recordingLog } from '../support/logs.ts';

const NOON = new Date('2026-06-01T12:00:00Z');
const CABLE = 'It answers on its WiFi only: is its network cable in?';

it.each([
  ['ecu-r', true],
  ['ecu-b', true],
  ['ecu-r-pro', false],
  ['ecu-c', false],
] as const)('when an %s falls silent, its network cable is thought of: %s', (ecu, isAsked) => {
  const { summary } = simulatedSite({ ecu, inverters: [] }, { now: () => new Date(0) }).state();
  const { log, texts } = recordingLog();
  const reporter = new Reporter('192.168.1.42:8899', log);
  reporter.onReading({ summary, inverters: { kind: 'noData' }, problem: null, ecuId: summary.ecuId }, 'UTC', NOON);
  reporter.onFailure(
    new EcuSilentError('192.168.1.42:8899 cannot be reached: connection refused', false),
    3,
    false,
    summary.ecuId,
  );
  const warning = texts('warn').at(-1);
  expect(warning).toMatch(/does not answer: .*refused\. .*Trying again$/);
  expect(warning?.includes(CABLE)).toBe(isAsked);
});

it('one that was never found, but takes the connection, serves somebody else', () => {
  const { log, texts } = recordingLog();
  new Reporter('192.168.1.42:8899', log).onFailure(new EcuSilentError('no answer', true), 1, false, null);
  expect(texts('warn')).toEqual([expect.stringContaining("close the vendor's app")]);
});

it.each([
  ['Asia/Tokyo', 'UTC', 1],
  ['Europe/Paris', 'Europe/Berlin', 0],
  // What RTOS says anywhere.
  ['Etc/GMT-8', 'Europe/Paris', 0],
  ['nonsense', 'UTC', 0],
])('a clock in %s that is read as %s is told %d times', (timeZone, timezone, times) => {
  const { summary } = simulatedSite({ ecu: 'ecu-r-pro', inverters: [] }, { now: () => NOON }).state();
  const { log, texts } = recordingLog();
  const reporter = new Reporter('192.168.1.42:8899', log);
  for (let polls = 0; polls < 3; polls++) {
    reporter.onReading(
      { summary: { ...summary, timeZone }, inverters: { kind: 'noData' }, problem: null, ecuId: summary.ecuId },
      timezone,
      NOON,
    );
  }
  expect(texts('warn').filter((line) => line.includes('APS_ECU_TIMEZONE'))).toHaveLength(times);
});

it('trouble of two kinds in turn is told once each, until the next answer', () => {
  const { summary } = simulatedSite({ ecu: 'ecu-r-pro', inverters: [] }, { now: () => NOON }).state();
  const { log, texts } = recordingLog();
  const reporter = new Reporter('192.168.1.42:8899', log);
  const answer = () =>
    reporter.onReading({ summary, inverters: { kind: 'noData' }, problem: null, ecuId: summary.ecuId }, 'UTC', NOON);
  const fail = () => {
    for (let failures = 3; failures < 23; failures += 2) {
      reporter.onFailure(new EcuSilentError('no answer', false), failures, false, summary.ecuId);
      reporter.onFailure(
        new MalformedReplyError('APS', 'XXX', 0, Buffer.from('XXX')),
        failures + 1,
        false,
        summary.ecuId,
      );
    }
  };
  answer();
  const before = texts('warn').length;
  fail();
  expect(texts('warn')).toHaveLength(before + 2);
  answer();
  fail();
  expect(texts('warn')).toHaveLength(before + 4);
});

it('tells of a clock that is hours off when some polls in a row have found it so', () => {
  const { log, texts } = recordingLog();
  const reporter = new Reporter('192.168.1.42:8899', log);
  for (const hours of [0, 1, 0, 2, 1, 0]) {
    reporter.onClock(hours, 'Europe/Paris');
  }
  expect(texts('warn')).toEqual([]);
  for (const hours of [1, 1, 1, 1]) {
    reporter.onClock(hours, 'Europe/Paris');
  }
  expect(texts('warn')).toEqual([expect.stringContaining('is 1 hour ahead of the time in Europe/Paris')]);
});

it.each([
  [0, 'Showing 1234.5 kWh until it counts again'],
  [900, 'Showing 1234.5 kWh unless it goes on counting from there for an hour of daylight'],
])('says what ends a lifetime of %i that is not believed', (to, words) => {
  const { log, texts } = recordingLog();
  const known = newEcu('216200000001');
  const note = { kind: 'held', from: 1234.5, to, published: 1234.5 } as const;
  const reading = { ecuId: '216200000001', summary: null, inverters: null, problem: null };
  const taken = takeReading(known, reading, NOON, { name: null, timezone: 'UTC' });
  new Reporter('192.168.1.42:8899', log).onTaken({ ...taken, note });
  expect(texts('warn')).toEqual([expect.stringContaining(words)]);
});
