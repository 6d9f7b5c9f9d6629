/** What a panel's value looks like. Colours stand for a share of the scale, so that day and night, small and big agree. */

export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * From night through dawn to noon. Lightness rises all along it, so that it reads without colour vision and in print
 * (as matplotlib's "plasma" does, from which it has the idea).
 */
const SUN: readonly Rgb[] = [
  [16, 24, 56],
  [52, 40, 110],
  [122, 52, 138],
  [196, 74, 116],
  [240, 124, 66],
  [252, 186, 62],
  [255, 228, 110],
];

/** A panel against its own past: far below it is red, as always is blue. Lightness tells it as well. */
const PAST: readonly Rgb[] = [
  [128, 14, 30],
  [196, 60, 50],
  [238, 148, 96],
  [246, 218, 166],
  [150, 196, 220],
  [62, 134, 186],
  [30, 92, 150],
];

export type Scale = 'sun' | 'past';

/** @param share of the scale, 0 to 1; what is beyond counts as its end */
export function colourAt(scale: Scale, share: number): Rgb {
  const stops = scale === 'sun' ? SUN : PAST;
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const below = stops[Math.floor(at)] ?? SUN[0] ?? [0, 0, 0];
  const above = stops[Math.ceil(at)] ?? below;
  const between = at - Math.floor(at);
  return [mix(below[0], above[0], between), mix(below[1], above[1], between), mix(below[2], above[2], between)];
}

const mix = (from: number, to: number, share: number) => Math.round(from + (to - from) * share);

export const hex = (rgb: Rgb) => `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** Does black read better on it than white? By the contrast of WCAG 2. */
export function isBright(rgb: Rgb): boolean {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  return luminance > 0.179;
}

/** Of sides that have no colour of their own, by their place in the list. */
const SIDE_COLOURS = ['#1f9ed9', '#e8743b', '#19a979', '#945ecf', '#d9a514', '#d1495b', '#5899da', '#6b8e23'];

export const sideColour = (side: { readonly color?: string }, index: number) =>
  side.color ?? SIDE_COLOURS[index % SIDE_COLOURS.length] ?? '#888888';
