import type { RoofData } from '../../src/http/roofData.ts';
import type { BoardEcu } from '../../src/roof/board.ts';
import type { Layout } from '../../src/roof/layout.ts';
import { exampleRoof } from '../roof/exampleRoof.ts';

export const ECU = '216200000001';
const DAY = [
  'round,704000000011/1,704000000011/2,704000000011/online,704000000011/temperature',
  '2026-06-20T12:00:00+02:00,100,110,1,30.5',
  '2026-06-20T12:05:00+02:00,120,,1,31',
  '',
].join('\n');

const ROUNDS = {
  stamps: ['2026-06-20T12:00:00+02:00', '2026-06-20T12:05:00+02:00'],
  columns: new Map<string, (number | null)[]>([
    ['704000000011/1', [100, 120]],
    ['704000000011/2', [110, null]],
    ['704000000011/online', [1, 1]],
    ['704000000011/temperature', [30.5, 31]],
  ]),
};

export const pageEcu = (id = ECU, inverters = 6): BoardEcu => ({
  ...exampleRoof(inverters, id),
  model: 'ECU-R-Pro',
  firmware: '2.0.7A',
  condition: 'fine',
  since: null,
  reason: null,
  takenAt: new Date('2026-06-21T12:05:20Z'),
  next: new Date('2026-06-21T12:10:20Z'),
});

/** An array with a day of history, that keeps its layout in `kept`. */
export function exampleData(ecus: readonly BoardEcu[] = [pageEcu()]): RoofData & { readonly kept: Layout[] } {
  const kept: Layout[] = [];
  return {
    kept,
    ecus: () => ecus,
    layout: () => kept.at(-1) ?? null,
    saveLayout: async (layout) => {
      kept.push(layout);
      return true;
    },
    history: {
      days: async () => ['2026-06-20'],
      readDay: async (_, day) => (day === '2026-06-20' ? ROUNDS : null),
      readText: async (_, day) => (day === '2026-06-20' ? DAY : null),
      readEnergies: async () => [
        { day: '2026-06-20', panels: new Map([['704000000011/1', { energy: 1.5, estimated: 0.1 }]]) },
      ],
    },
    capture: (id) => (id === ECU ? { model: 'ECU-R-Pro (2162)', replies: { '0001': '00' } } : null),
    scan: async () => ({ networks: ['192.168.1.0/24'], found: [] }),
    log: () => [{ at: new Date('2026-06-21T12:00:00Z'), level: 'info', text: 'Found an ECU-R-Pro' }],
    dashboard: async (kind) => `type: ${kind}\n`,
  };
}
