import { describe, expect, it } from 'vitest';
import { type Asked, type Commanded, NOTHING_COMMANDED, planWrites } from '../../src/modbus/plan.ts';
import type { ControlValues } from '../../src/modbus/sunspec.ts';

/** As after a restart of the ECU, whatever the inverters do. */
const FORGOTTEN: ControlValues = { isConnected: true, limit: 30, isLimiting: false, perPercent: 10 };
const AT_70: ControlValues = { isConnected: true, limit: 70, isLimiting: true, perPercent: 10 };
const OFF: ControlValues = { ...AT_70, isConnected: false };

const done = (changes: Partial<Commanded>): Commanded => ({ ...NOTHING_COMMANDED, ...changes });

function written(asked: Asked, before: Commanded, read: ControlValues): string[] {
  return planWrites(asked, before, read).writes.map(({ name, value }) => `${name} ${value}`);
}

describe('what is written', () => {
  it.each<[string, Asked, Commanded, ControlValues, string[]]>([
    ['a limit: the percentage first', { limit: 70 }, NOTHING_COMMANDED, FORGOTTEN, ['WMaxLimPct 700', 'WMaxLim_Ena 1']],
    ['Ena only where it reads 0', { limit: 50 }, done({ limit: 70 }), AT_70, ['WMaxLimPct 500']],
    ['the same again: nothing', { limit: 70 }, done({ limit: 70 }), AT_70, []],
    [
      'the same after the ECU forgot it',
      { limit: 70 },
      done({ limit: 70 }),
      FORGOTTEN,
      ['WMaxLimPct 700', 'WMaxLim_Ena 1'],
    ],
    ['a release leaves Ena alone', { limit: 100 }, done({ limit: 70 }), AT_70, ['WMaxLimPct 1000']],
    ['off: no percentage', { production: false }, done({ limit: 70 }), AT_70, ['Conn 0']],
    ['off again: nothing', { production: false }, done({ production: false }), OFF, []],
    ['a limit while it is off waits', { limit: 50 }, done({ limit: 70, production: false }), OFF, []],
    ['a limit while somebody else has switched it off waits, too', { limit: 50 }, done({ limit: 70 }), OFF, []],
    [
      'on: the limit in force first',
      { production: true },
      done({ limit: 70, production: false }),
      OFF,
      ['WMaxLimPct 700', 'Conn 1'],
    ],
    [
      'on: what was asked for meanwhile',
      { production: true },
      done({ limit: 70, production: false, held: 40 }),
      OFF,
      ['WMaxLimPct 400', 'Conn 1'],
    ],
    [
      'on without a limit: 100 %, never what is remembered',
      { production: true },
      NOTHING_COMMANDED,
      { ...FORGOTTEN, isConnected: false },
      ['WMaxLimPct 1000', 'Conn 1'],
    ],
    [
      'on with a limit that the ECU forgot',
      { production: true },
      done({ limit: 70, production: false }),
      { ...FORGOTTEN, isConnected: false },
      ['WMaxLimPct 700', 'WMaxLim_Ena 1', 'Conn 1'],
    ],
    ['both at once', { limit: 60, production: true }, done({ production: false }), OFF, ['WMaxLimPct 600', 'Conn 1']],
    ['off and a limit at once', { limit: 60, production: false }, NOTHING_COMMANDED, AT_70, ['Conn 0']],
    [
      'by the scale that the ECU tells',
      { limit: 60 },
      NOTHING_COMMANDED,
      { ...AT_70, perPercent: 1 },
      ['WMaxLimPct 60'],
    ],
  ])('%s', (_, asked, before, read, writes) => {
    expect(written(asked, before, read)).toEqual(writes);
  });

  it('keeps what was asked for while production was off, and forgets it once it is sent', () => {
    const { after } = planWrites({ limit: 50 }, done({ limit: 70, production: false }), OFF);
    expect(after).toEqual({ limit: 70, production: false, held: 50 });
    expect(planWrites({ production: true }, after, OFF).after).toEqual({ limit: 50, production: true, held: null });
  });
});
