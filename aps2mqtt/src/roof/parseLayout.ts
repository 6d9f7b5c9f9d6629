import { isObject } from '../json.ts';
import { type Layout, type PlacedPanel, panelKey, type Side } from './layout.ts';

/** Somebody's layout can't be used. One entry a mistake, each with its place in the document. */
export class LayoutError extends Error {
  override name = 'LayoutError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Far more than any roof has. */
const MOST_PANELS = 4_000;
const MOST_SIDES = 100;
const FARTHEST = 1_000;
const LONGEST_NAME = 60;
/** A picture of 1 MB as base64, and the words before it. */
const LONGEST_BACKGROUND = 1_400_000;
/** No SVG: it may hold scripts, and links to elsewhere. */
const PICTURE = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/;
/** Of a file full of mistakes: more help nobody. */
const MOST_PROBLEMS = 50;

/**
 * Understands a layout from outside. What may be left out: angle, side, name of a panel; sides; background.
 *
 * @throws LayoutError with every mistake
 */
export function parseLayout(value: unknown): Layout {
  const problems: string[] = [];
  const wrong = (place: string, what: string) => {
    problems.push(`${place}: ${what}`);
  };
  if (!isObject(value)) {
    throw new LayoutError(['the layout: must be an object']);
  }
  if (value.version !== 1) {
    wrong('version', 'must be 1');
  }
  const sides = listOf(value.sides ?? [], 'sides', MOST_SIDES, wrong).map((side, index) =>
    parseSide(side, `sides[${index}]`, wrong),
  );
  tellTwice(sides, ({ id }) => id, 'sides', wrong);
  const ids = new Set(sides.map(({ id }) => id));
  const panels = listOf(value.panels, 'panels', MOST_PANELS, wrong).map((panel, index) =>
    parsePanel(panel, `panels[${index}]`, ids, wrong),
  );
  tellTwice(panels, ({ inverter, panel }) => panelKey(inverter, panel), 'panels', wrong);
  const background = value.background ?? null;
  if (background !== null && !isPicture(background)) {
    wrong('background', 'must be null or a PNG, JPEG or WebP picture of at most 1 MB as a data URL');
  }
  if (problems.length > 0) {
    throw new LayoutError(problems.slice(0, MOST_PROBLEMS));
  }
  return { version: 1, sides, panels, background: isPicture(background) ? background : null };
}

type Wrong = (place: string, what: string) => void;

function listOf(value: unknown, place: string, most: number, wrong: Wrong): readonly unknown[] {
  if (!Array.isArray(value)) {
    wrong(place, 'must be a list');
    return [];
  }
  if (value.length > most) {
    wrong(place, `must have at most ${most} entries`);
    return [];
  }
  return value;
}

function parseSide(value: unknown, place: string, wrong: Wrong): Side {
  if (!isObject(value)) {
    wrong(place, 'must be an object with id and name');
    return { id: place, name: '' };
  }
  const { color } = value;
  if (color !== undefined && !isColour(color)) {
    wrong(`${place}.color`, 'must be a colour such as #1f77b4');
  }
  return {
    id: textOf(value.id, `${place}.id`, 1, wrong),
    name: textOf(value.name, `${place}.name`, 0, wrong),
    ...(isColour(color) ? { color } : {}),
  };
}

function parsePanel(value: unknown, place: string, sides: ReadonlySet<string>, wrong: Wrong): PlacedPanel {
  if (!isObject(value)) {
    wrong(place, 'must be an object with inverter, panel, x and y');
    return { inverter: place, panel: 1, x: 0, y: 0, angle: 0, side: null, name: '' };
  }
  const { inverter, panel, angle = 0, side = null } = value;
  if (typeof inverter !== 'string' || !/^\d{12}$/.test(inverter)) {
    wrong(`${place}.inverter`, 'must be a text of 12 digits');
  }
  if (!(typeof panel === 'number' && Number.isInteger(panel) && panel >= 1 && panel <= 8)) {
    wrong(`${place}.panel`, 'must be a whole number from 1 to 8');
  }
  if (side !== null && !(typeof side === 'string' && sides.has(side))) {
    wrong(`${place}.side`, 'must be null or the id of one of the sides');
  }
  const turned = numberOf(angle, `${place}.angle`, 360_000, wrong) % 360;
  return {
    inverter: typeof inverter === 'string' ? inverter : place,
    panel: Number(panel),
    x: numberOf(value.x, `${place}.x`, FARTHEST, wrong),
    y: numberOf(value.y, `${place}.y`, FARTHEST, wrong),
    angle: turned < 0 ? turned + 360 : turned,
    side: typeof side === 'string' ? side : null,
    name: textOf(value.name ?? '', `${place}.name`, 0, wrong),
  };
}

function numberOf(value: unknown, place: string, farthest: number, wrong: Wrong): number {
  if (typeof value !== 'number' || !(Math.abs(value) <= farthest)) {
    wrong(place, `must be a number from -${farthest} to ${farthest}`);
    return 0;
  }
  // Neither a minus nothing nor more digits than anybody sees.
  return Math.round(value * 1_000) / 1_000 || 0;
}

function textOf(value: unknown, place: string, shortest: number, wrong: Wrong): string {
  if (typeof value !== 'string' || value.length < shortest || value.length > LONGEST_NAME) {
    wrong(place, `must be a text of ${shortest === 0 ? 'at most' : `${shortest} to`} ${LONGEST_NAME} characters`);
    return place;
  }
  // Control characters have no place in XML, and half of a surrogate pair none anywhere.
  return value.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ').trim();
}

function tellTwice<T>(entries: readonly T[], keyOf: (entry: T) => string, place: string, wrong: Wrong): void {
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const key = keyOf(entry);
    if (seen.has(key)) {
      wrong(`${place}[${index}]`, `${key} is there twice`);
    }
    seen.add(key);
  }
}

function isPicture(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_BACKGROUND && PICTURE.test(value);
}

function isColour(value: unknown): value is string {
  return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value);
}
