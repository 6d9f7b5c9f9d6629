import { expect, it } from 'vitest';
import { goneEcus } from '../../src/monitor/goneEcus.ts';
import type { Source } from '../../src/monitor/source.ts';
import type { SavedEcu } from '../../src/site/savedState.ts';

const DAY_MS = 24 * 3_600_000;
const now = new Date('2026-06-21T11:00:00Z');

function ecu(ecuId: string, days: number, more: Partial<SavedEcu> = {}): SavedEcu {
  const lastSeen = now.getTime() - days * DAY_MS;
  return { ecuId, address: '', lastSeen, firmware: null, energy: null, timing: null, inverters: [], ...more };
}

const source = (address: string, typedAddress: string | null) => ({ address, typedAddress }) as Source;

it('are those that no entry of the options is for, after 30 days', () => {
  const ecus = [
    ecu('typed', 99),
    ecu('moved', 99, { typedAddress: 'b' }),
    ecu('found', 31),
    ecu('found lately', 29),
    ecu('taken out', 31),
  ];
  const sources = [source('a', 'a'), source('b', 'b'), source('c', 'b'), source('d', null)];
  const at: Readonly<Record<string, string>> = { a: 'typed', c: 'moved', d: 'found' };
  expect(goneEcus(ecus, sources, (address) => at[address] ?? null, now)).toEqual(['found', 'taken out']);
});
