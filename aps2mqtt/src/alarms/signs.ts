import type { DayCurves } from './dayCurves.ts';
import { BINS } from './halfHours.ts';
import { BRIGHT } from './light.ts';

/** What the half hours of a day tell of life. */
export interface Signs {
  /** Half hours without a sign while some panel of the roof was in the light. Two hours of silence have two at least. */
  readonly silentHalfHours: number;
  /** Index behind the last round of the last half hour with a sign; 0 for none. */
  readonly until: number;
}

/** Signs of a panel: that it makes power. Where its inverter is silent, there is none, and none is missing. */
export function signsOfPanel(key: string, { rows, powers, halfHours, brightest }: DayCurves): Signs {
  const first = (rows.get(key) ?? Number.NaN) * BINS;
  let silentHalfHours = 0;
  let until = 0;
  for (const { bin, end } of halfHours) {
    const watts = powers[first + bin] ?? Number.NaN;
    if (watts > 0) {
      until = end;
    } else if (watts === 0 && (brightest[bin] ?? 0) > BRIGHT) {
      silentHalfHours++;
    }
  }
  return { silentHalfHours, until };
}

/** Signs of an inverter: that the power of a panel is known. */
export function signsOfInverter(panels: readonly string[], { rows, powers, halfHours, brightest }: DayCurves): Signs {
  const firsts = panels.map((key) => (rows.get(key) ?? Number.NaN) * BINS);
  let silentHalfHours = 0;
  let until = 0;
  for (const { bin, end } of halfHours) {
    if (firsts.some((first) => (powers[first + bin] ?? Number.NaN) >= 0)) {
      until = end;
    } else if ((brightest[bin] ?? 0) > BRIGHT) {
      silentHalfHours++;
    }
  }
  return { silentHalfHours, until };
}
