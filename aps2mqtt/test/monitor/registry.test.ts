import { expect, test } from 'vitest';
import { silentLogger } from '../../src/logger.ts';
import { Registry } from '../../src/monitor/registry.ts';
import type { Source } from '../../src/monitor/source.ts';
import type { Output } from '../../src/site/output.ts';
import { NOTHING_SAVED } from '../../src/site/savedState.ts';

const AT = new Date('2026-06-21T10:00:20Z');
const ECU = '216200000001';

const source: Source = {
  address: '192.0.2.1:8899',
  typedAddress: '192.0.2.1:8899',
  place: { name: null, timezone: 'Europe/Paris' },
  mayRestart: () => false,
  refresh: () => {},
  learned: () => ({ timing: null }),
  extend: (snapshot) => snapshot,
};

test('what cannot be obeyed lets all be said again, other changes what has changed', () => {
  const shown: boolean[] = [];
  const output: Output = {
    show: (_, __, ___, onlyChanges) => shown.push(onlyChanges),
    setAnswering: () => {},
    retire: () => {},
    remove: () => {},
    removeEcu: () => {},
  };
  const registry = new Registry(
    NOTHING_SAVED,
    1,
    output,
    { onRound: () => {} },
    { save: async () => {} },
    silentLogger,
    AT,
  );
  registry.join(source, AT);
  const inverters = { kind: 'data', stamp: '2026-06-21 12:00:05', records: [], leftOut: [] } as const;
  registry.answered(source, { ecuId: ECU, summary: null, inverters, problem: null }, AT);
  shown.length = 0;
  registry.extended(source, true);
  registry.extended(source, false);
  expect(shown).toEqual([false, true]);
});
