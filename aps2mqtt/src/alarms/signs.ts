import { type DayCurves, rowOf } from './dayCurves.ts';
import { BRIGHT } from './light.ts';

/** What the half hours of a day tell of life. */
export interface Signs {
  /** Half hours without a sign while some panel of the roof was in the light. Two hours of silence have two at least. */
  readonly silentHalfHours: number;
  /** Index behind the last round of the last half hour with a sign; 0 for none. */
  readonly until: number;
}

/** Signs of a panel: that it makes power. Where its inverter is silent, there is none, and none is missing. */
export function signsOfPanel(key: string, curves: DayCurves): Signs {
  const own = rowOf(key, curves);
  return signsIn(curves, (bin) => {
    const watts = own[bin] ?? Number.NaN;
    return Number.isNaN(watts) ? null : watts > 0;
  });
}

/** Signs of an inverter: that the power of a panel is known. */
export function signsOfInverter(panels: readonly string[], curves: DayCurves): Signs {
  const own = panels.map((key) => rowOf(key, curves));
  return signsIn(curves, (bin) => own.some((row) => !Number.isNaN(row[bin] ?? Number.NaN)));
}

function signsIn({ halfHours, brightest }: DayCurves, isAlive: (bin: number) => boolean | null): Signs {
  let [silentHalfHours, until] = [0, 0];
  for (const { bin, end } of halfHours) {
    const sign = isAlive(bin);
    until = sign === true ? end : until;
    silentHalfHours += sign === false && (brightest[bin] ?? 0) > BRIGHT ? 1 : 0;
  }
  return { silentHalfHours, until };
}
