import { describe, expect, it } from 'vitest';
import { Owners } from '../../src/homeassistant/owners.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { snapshotOf } from '../support/snapshots.ts';

const [A, B] = ['216300000001', '216300000002'];
const X = '704000000011';
const Y = '704000000022';
const base = await snapshotOf({ ecu: 'ecu-b', ecuId: A, inverters: [{ family: 'ds3', id: X }] });
const [one] = base.inverters;
const START = Date.parse('2026-06-21T11:00:00Z');
const MINUTE = 60_000;

type Word = boolean | null;

/** What an ECU says of X, and of another inverter of its own; `undefined` where it knows no X. */
function listing(ecuId: string, x: Word | undefined, minutes = 0, isAnswering = true, y: Word = true) {
  const inverters = [
    ...(x === undefined || one === undefined ? [] : [{ ...one, id: X, online: x }]),
    ...(one === undefined ? [] : [{ ...one, id: `${Y.slice(0, -1)}${ecuId.at(-1)}`, online: y }]),
  ];
  const snapshot: EcuSnapshot = { ...base, ecuId, inverters, takenAt: new Date(START + minutes * MINUTE) };
  return { snapshot, isAnswering };
}

const noData = (ecuId: string, minutes = 0) => listing(ecuId, null, minutes, true, null);

describe('an inverter that two ECUs list', () => {
  it.each([
    [true, false, A],
    [false, true, B],
    [true, null, A],
    [null, true, B],
    [false, null, A],
    [null, false, B],
    [true, true, A],
    [false, false, A],
    [null, null, A],
  ] as const)('%s here and %s there belongs to %s', (here, there, owner) => {
    const owners = new Owners();
    owners.update([listing(A, here), listing(B, there)]);
    expect(owners.ownerOf(X)).toBe(owner);
  });

  it.each([true, false, null])('a tie keeps the owner, in whatever order (%s)', (word) => {
    const owners = new Owners();
    owners.update([listing(B, word)]);
    owners.update([listing(A, word), listing(B, word)]);
    expect(owners.ownerOf(X)).toBe(B);
  });

  it('a tie keeps the one that it was announced with before the start', () => {
    const owners = new Owners();
    owners.update([listing(A, false), listing(B, false)], () => B);
    expect(owners.ownerOf(X)).toBe(B);
  });

  it('one poll without data moves nothing, whatever the other one says', () => {
    for (const other of [true, false, null]) {
      const owners = new Owners();
      owners.update([listing(A, true), listing(B, other)]);
      owners.update([noData(A, 5), listing(B, other, 5)]);
      expect(owners.ownerOf(X)).toBe(A);
    }
  });

  it('a reply that leaves it out once loses to one that has it online alone', () => {
    const owners = new Owners();
    owners.update([listing(A, true), listing(B, false)]);
    owners.update([listing(A, null, 5), listing(B, false, 5)]);
    expect(owners.ownerOf(X)).toBe(A);
    owners.update([listing(A, null, 10), listing(B, true, 10)]);
    expect(owners.ownerOf(X)).toBe(B);
  });

  it('left out for good it goes to the one that lists it', () => {
    const owners = new Owners();
    owners.update([listing(A, true), listing(B, false)]);
    for (const minutes of [5, 10, 20]) {
      owners.update([listing(A, null, minutes), listing(B, false, minutes)]);
    }
    expect(owners.ownerOf(X)).toBe(B);
  });

  it('goes to the one that has it online when the owner is silent, and not before', () => {
    const owners = new Owners();
    owners.update([listing(A, true), listing(B, false)]);
    owners.update([listing(A, true, 0, false), listing(B, false, 30)]);
    expect(owners.ownerOf(X)).toBe(A);
    expect(owners.update([listing(A, true, 0, false), listing(B, true, 35)])).toEqual([X]);
    expect(owners.ownerOf(X)).toBe(B);
  });

  it('before anybody has answered, it stays where it was announced', () => {
    const owners = new Owners();
    owners.update([noData(A), listing(B, false)], () => A);
    expect(owners.ownerOf(X)).toBe(A);
  });

  it('an ECU that is gone has nothing', () => {
    const owners = new Owners();
    owners.update([listing(A, true), listing(B, null)]);
    owners.update([listing(B, null, 5)]);
    expect(owners.ownerOf(X)).toBe(B);
  });
});
