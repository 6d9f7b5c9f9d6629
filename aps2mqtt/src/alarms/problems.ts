import type { Problem } from '../site/verdict.ts';
import type { PanelPast } from './panelPast.ts';

/** A problem that has not been put into words yet. */
export type BareProblem = Omit<Problem, 'reason'>;

export function withoutPower(panel: number | null, kind: 'dead' | 'offline', since: string): BareProblem {
  return { panel, kind, since, cause: null, loss: null, hours: null };
}

/**
 * What a panel makes too little, and by the shape of its loss why.
 *
 * @param offset minutes that the ECU's zone is ahead of UTC: people read the hours of the loss
 * @returns null where there is no alarm
 */
export function lowProblem(panel: number, { alarm, loss }: PanelPast, offset: number): BareProblem | null {
  if (alarm === null) {
    return null;
  }
  const { shape, isSudden, share } = loss;
  const hours = shape?.hours ?? null;
  const local = (bin: number) => (bin / 2 + offset / 60 + 24) % 24;
  return {
    panel,
    ...alarm,
    cause: shape === null ? 'unclear' : hours !== null ? 'shade' : isSudden ? 'fault' : 'dirt',
    loss: Number.isNaN(share) ? null : Math.round((1 - share) * 100),
    hours: hours === null ? null : [local(hours[0]), local(hours[1] + 1)],
  };
}
