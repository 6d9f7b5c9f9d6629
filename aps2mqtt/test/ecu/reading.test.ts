import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { InverterRecord } from '../../src/ecu/inverters.ts';
import { type EcuReading, isAnyOnline } from '../../src/ecu/reading.ts';
import { decodeSummary } from '../../src/ecu/summary.ts';
import { capturedReply } from '../../src/tools/captureFile.ts';
import { capture } from '../support/frames.ts';

const summary = decodeSummary(capturedReply(capture('ecurpro-2.0.7A-ds3x8-day-k110'), '0001') ?? Buffer.alloc(0));
const record = (online: boolean): InverterRecord => ({
  id: '704000000001',
  online,
  type: '01',
  channels: null,
  measurement: null,
});
const withRecords = (...states: boolean[]): EcuReading['inverters'] => ({
  kind: 'data',
  stamp: null,
  records: states.map(record),
  leftOut: [],
});

it.each<[string, EcuReading['inverters'], number, boolean]>([
  ['one of two records', withRecords(false, true), 0, true],
  ['no record, whatever the summary says', withRecords(false), 4, false],
  ['the summary, while there are no data', { kind: 'noData' }, 4, true],
  ['the summary of a class without records', { kind: 'unsupported', deviceClass: '02', count: 3 }, 0, false],
])('online by %s', (_, inverters, invertersOnline, isOnline) => {
  expect(isAnyOnline({ summary: { ...summary, invertersOnline }, inverters })).toBe(isOnline);
});

it('none is online by a summary that could not be read', () => {
  expect(isAnyOnline({ summary: null, inverters: { kind: 'noData' } })).toBe(false);
});

it('is pure: it imports types alone', () => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../src/ecu/reading.ts'), 'utf8');
  expect(text.match(/^import (?!type )/gm)).toBeNull();
});
