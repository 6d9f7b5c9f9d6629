import { describe, expect, test } from 'vitest';
import { KnownEcus } from '../../src/site/knownEcus.ts';
import type { SavedEcu } from '../../src/site/savedState.ts';

const DAY = 24 * 3_600_000;
const START = new Date('2026-06-01T12:00:00Z');
const days = (number: number) => new Date(START.getTime() + number * DAY);

const ecu = (ecuId: string, lastSeen: Date, address = '192.168.1.42:8899'): SavedEcu => ({
  address,
  ecuId,
  firmware: null,
  lastSeen: lastSeen.getTime(),
  energy: null,
  timing: null,
  inverters: [],
});
const [ONE, OTHER] = ['216200000001', '216200000002'] as const;

describe('ECUs that are known', () => {
  test('one without inverters is absent after 30 days, too', () => {
    const known = new KnownEcus([], START);
    known.note(ecu(ONE, START));
    expect(known.absent(days(29.9))).toEqual([]);
    expect(known.absent(days(30.1)).map(({ ecuId }) => ecuId)).toEqual([ONE]);
  });

  test('one that was absent while nothing ran gets a day', () => {
    const known = new KnownEcus([ecu(ONE, days(-300))], START);
    expect(known.absent(days(0.9))).toEqual([]);
    expect(known.absent(days(1.1))).toHaveLength(1);
  });

  test('of several that were at an address, the one that was read last is there', () => {
    const known = new KnownEcus([ecu(ONE, START), ecu(OTHER, START)], START);
    expect(known.lastAt('192.168.1.42:8899')?.ecuId).toBe(OTHER);
    known.note(ecu(ONE, START));
    expect(known.lastAt('192.168.1.42:8899')?.ecuId).toBe(ONE);
    expect(known.lastAt('192.168.1.43:8899')).toBeNull();
  });

  test('what is forgotten is gone, and what was saved stays so', () => {
    const inverters = ['703000000001', '703000000002'].map((id) => ({ id, channels: null, lastSeen: 0 }));
    const known = new KnownEcus([{ ...ecu(ONE, START), inverters }], START);
    expect(known.forgetInverter(ONE, '703000000001')).toBe(true);
    expect(known.forgetInverter(ONE, '703000000001')).toBe(false);
    expect(known.forgetInverter(OTHER, '703000000001')).toBe(false);
    expect(known.recall(ONE)?.inverters.map(({ id }) => id)).toEqual(['703000000002']);
    expect(known.forget(ONE)?.ecuId).toBe(ONE);
    expect(known.recall(ONE)).toBeNull();
    expect(known.forget(ONE)).toBeNull();
    expect(known.wasSaved(ONE)).toBe(true);
    expect(known.wasSaved(OTHER)).toBe(false);
  });
});
