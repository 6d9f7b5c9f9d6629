import { PEAK, TILT, type YearsDescription } from './description.ts';
import { randomOf } from './random.ts';

/** A panel as it stands. */
export interface YearPanel {
  readonly inverter: string;
  /** From 1. */
  readonly panel: number;
  readonly azimuth: number;
  readonly tilt: number;
  /** W in full sun. */
  readonly peak: number;
  /** W that its inverter gives at most for it. */
  readonly limit: number;
  /** A chimney takes a part of the direct sun between these azimuths below that altitude, in degrees; null for none. */
  readonly chimney: {
    readonly from: number;
    readonly to: number;
    readonly below: number;
    readonly part: number;
  } | null;
  /** It stands elsewhere from that day on. */
  readonly moved: { readonly day: number; readonly azimuth: number } | null;
}

export function panelsOf({ inverters, ordinary, seed, days }: YearsDescription): YearPanel[] {
  const random = randomOf(`${seed}roof`);
  const count = inverters.reduce((sum, { azimuths }) => sum + azimuths.length, 0);
  const moving = ordinary.has('moved') ? Math.floor(random.next() * count) : -1;
  const movedOn = Math.floor(random.between(0.3, 0.8) * days);
  const shaded = new Set(Array.from({ length: Math.ceil(count / 8) }, () => Math.floor(random.next() * count)));
  let index = 0;
  return inverters.flatMap(({ id, azimuths }, place) =>
    azimuths.map((azimuth, panel) => {
      const at = index++;
      const own = randomOf(`${seed}panel${id}/${panel}`);
      const isBig = ordinary.has('sizes') && place % 3 === 0;
      const peak = (isBig ? 1.25 : 1) * PEAK * (1 + 0.015 * own.bell());
      // One inverter in five is a smaller model.
      const limit = ordinary.has('clipping') ? (place % 5 === 2 ? 0.6 : 0.72) * PEAK : Number.POSITIVE_INFINITY;
      return {
        inverter: id,
        panel: panel + 1,
        azimuth: azimuth + own.between(-1.5, 1.5),
        tilt: TILT + own.between(-1, 1),
        peak,
        limit,
        chimney: shaded.has(at) ? chimneyOf(azimuth, own, ordinary) : null,
        moved: at === moving ? { day: movedOn, azimuth: (azimuth + 180) % 360 } : null,
      };
    }),
  );
}

/** A chimney's shadow passes daily; a tree's is there while the sun is low, and so comes and goes with the seasons. */
function chimneyOf(azimuth: number, own: ReturnType<typeof randomOf>, ordinary: YearsDescription['ordinary']) {
  if (!ordinary.has('chimney') && !ordinary.has('tree')) {
    return null;
  }
  const isTree = ordinary.has('tree');
  const middle = (azimuth < 180 ? 135 : 225) + own.between(-25, 25);
  const width = own.between(8, isTree ? 12 : 16);
  return {
    from: middle - width,
    to: middle + width,
    below: isTree ? own.between(25, 50) : 90,
    part: own.between(0.35, 0.9),
  };
}
