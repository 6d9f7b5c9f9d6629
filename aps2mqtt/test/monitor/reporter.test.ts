import { expect, it } from 'vitest';
import { EcuSilentError } from '../../src/errors.ts';
import { Reporter } from '../../src/monitor/reporter.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { recordingLog } from '../support/logs.ts';

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
  reporter.onReading({ summary, inverters: { kind: 'noData' }, signal: null });
  reporter.onFailure(new EcuSilentError('192.168.1.42:8899 can not be reached: connection refused'), 3, false);
  const [, warning] = texts('warn');
  expect(warning).toMatch(/does not answer: .*refused\. .*Trying again$/);
  expect(warning?.includes(CABLE)).toBe(isAsked);
});
