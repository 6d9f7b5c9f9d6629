import type { RoofEcu } from '../../src/roof/panels.ts';

/** An ECU with so many DS3s; the third one is offline, of the fourth nothing is known, and the fifth has an alarm. */
export function exampleRoof(inverters: number, ecuId = '216200000001'): RoofEcu {
  return {
    id: ecuId,
    name: 'ECU-R-Pro',
    answers: true,
    state: { current_power: 4821, today_energy: 23.13, poll_round: '2026-06-21T14:05:00+02:00' },
    inverters: Array.from({ length: inverters }, (_, index) => {
      const powers = index === 2 ? [0, 0] : index === 3 ? [null, null] : [100 + index * 10, 105 + index * 10];
      return {
        id: String(704000000011 + index),
        state: {
          online: index === 2 ? false : index === 3 ? null : true,
          model: 'DS3',
          panel_1_power: powers[0] ?? null,
          panel_2_power: powers[1] ?? null,
          ...(index === 4
            ? { problems: [{ panel: 2, kind: 'weak', reason: 'shade from 10 to 12', since: null }] }
            : {}),
        },
      };
    }),
  };
}
