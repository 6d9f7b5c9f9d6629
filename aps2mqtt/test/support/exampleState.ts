import type { SavedState } from '../../src/site/savedState.ts';

/** One ECU with so many inverters; every value is there. Serials are made up. */
export function exampleState(inverters: number, lifetime = 5_432.1): SavedState {
  const at = Date.UTC(2026, 5, 1, 12);
  const allowance = {
    at,
    stamp: at,
    watchedMs: 300_000,
    unwatchedMs: 0,
    seen: 0.12,
    isUnseenByDay: true,
    left: 1.5,
    leftMs: 60_000,
  };
  const candidate = {
    kind: 'reset',
    first: 3.1,
    told: 3.2,
    offset: 5_429,
    allowance,
    coveredMs: 300_000,
    missing: 0,
  } as const;
  const counter = { isKnown: true, allowance, candidate, formerOffsets: [-12.3] };
  return {
    ecus: [
      {
        address: '192.168.1.42:8899',
        ecuId: '216200012345',
        firmware: 'ECU_R_PRO_2.1.27',
        lastSeen: at,
        energy: {
          ecuId: '216200012345',
          look: { at, stamp: at, anyOnline: true },
          lifetime: { ...counter, value: lifetime, told: lifetime, isHeld: true, resetAt: at },
          today: {
            ...counter,
            value: 12.34,
            told: 12.34,
            date: '2026-06-01',
            yesterday: 11.2,
            ahead: 0.03,
            risesBesideZero: false,
          },
        },
        timing: { roundMs: 300_000, offsetMs: 7_224_000.5 },
        restarts: [1_766_000_000_000, 1_766_040_000_000],
        inverters: Array.from({ length: inverters }, (_, index) => ({
          id: String(703_000_000_000 + index),
          channels: { powers: 2, voltages: 2 },
          lastSeen: at,
        })),
      },
    ],
  };
}
