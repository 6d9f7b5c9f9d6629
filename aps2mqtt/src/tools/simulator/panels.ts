import { fractionOf } from './seeded.ts';
import type { Weather } from './sun.ts';

/** How a panel stands, and what it makes of its sun. */
export interface Panel {
  /** Degrees clockwise from north that it looks at: 90 is east, 180 south. */
  readonly azimuth: number;
  /** Degrees, from 0 for a flat one to 90 for an upright one. */
  readonly tilt: number;
  /** The part that it makes of what it should: 1 for a good one, 0 for a dead one. */
  readonly factor: number;
  /** Something stands before the sun while that is between these azimuths; null where nothing does. */
  readonly shade: { readonly from: number; readonly to: number } | null;
}

const FLAT: Panel = { azimuth: 180, tilt: 0, factor: 1, shade: null };

const side = (azimuth: number): Partial<Panel> => ({ azimuth, tilt: 30 });

/** Sides of a roof as people call them. */
export const SIDES = {
  flat: FLAT,
  east: side(90),
  south: side(180),
  west: side(270),
  north: side(0),
  /** A chimney takes the direct sun for some hours in the afternoon. */
  shaded: { ...side(180), shade: { from: 215, to: 245 } },
} as const satisfies Record<string, Partial<Panel>>;

export type Side = keyof typeof SIDES;

/** So many panels, in order: flat and whole where nothing is told. */
export function panelsOf(count: number, told: readonly Partial<Panel>[] = []): Panel[] {
  return Array.from({ length: count }, (_, index) => ({ ...FLAT, ...told[index] }));
}

/**
 * @param number of the panel that changes, from 1
 * @throws RangeError when there is no such panel
 */
export function withPanel(panels: readonly Panel[], number: number, change: Partial<Panel>): Panel[] {
  const panel = panels[number - 1];
  if (panel === undefined) {
    throw new RangeError(`no panel ${number}: there are ${panels.length}`);
  }
  return panels.with(number - 1, { ...panel, ...change });
}

/** A panel unlike most others, yet always the same for the same text. */
export function variedPanel(text: string): Panel {
  const between = (what: string, from: number, to: number) => from + (to - from) * fractionOf(`${text}${what}`);
  const from = between('shade', 100, 240);
  return {
    azimuth: between('azimuth', 80, 280),
    tilt: between('tilt', 10, 45),
    factor: 1,
    shade: fractionOf(`${text}chimney`) < 0.3 ? { from, to: from + between('width', 10, 35) } : null,
  };
}

/** Part of the sunshine on a bare and flat panel that is direct where the sun stands high. */
const DIRECT = 0.85;
/** Sine of the altitude below which the direct sun fades. */
const FADES_BELOW = 0.25;

/** Part of full sunshine on this panel, 0 to 1: direct sun by its angle, and a part of the bright sky. */
export function sunshineOn({ azimuth, tilt, factor, shade }: Panel, weather: Weather): number {
  const { altitude, azimuth: sunAzimuth, clearness } = weather;
  const height = Math.max(0, Math.sin(radians(altitude)));
  const beam = DIRECT * Math.min(1, height / FADES_BELOW);
  const facing =
    Math.sin(radians(altitude)) * Math.cos(radians(tilt)) +
    Math.cos(radians(altitude)) * Math.sin(radians(tilt)) * Math.cos(radians(sunAzimuth - azimuth));
  const isShaded = shade !== null && sunAzimuth >= shade.from && sunAzimuth <= shade.to;
  const direct = height === 0 || isShaded ? 0 : beam * Math.max(0, facing);
  const sky = (height * (1 - beam) * (1 + Math.cos(radians(tilt)))) / 2;
  return Math.min(1, direct + sky) * clearness * factor;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;
