/**
 * How long after its stamp a round shows, as far as looks can tell: at any moment of a span that ends at an edge, and
 * seldom later. Each guess at edge and span has a probability, and each round changes them (a Bayes filter).
 */
export interface Belief {
  /** What the edges of `GUESSES` count from, ms after a round's stamp: zones and clock errors are in it. */
  readonly fromMs: number;
  /** Of each of `GUESSES`; they add up to 1. */
  readonly weights: Float64Array;
}

/** All in ms. */
interface Guess {
  readonly edge: number;
  readonly span: number;
  /** Such a share of rounds is late, by up to `lateMs`: few as a rule, many over a weak radio. */
  readonly late: number;
  readonly lateMs: number;
  /** Its probability where nothing is known. */
  readonly prior: number;
}

const GRID_MS = 120_000;
const EDGES = Array.from({ length: GRID_MS / 500 }, (_, index) => index * 500);
const SPANS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];
const LATENESS = [
  { late: 0.03, lateMs: 240_000, prior: 0.97 },
  { late: 0.25, lateMs: 90_000, prior: 0.03 },
];
const GUESSES: readonly Guess[] = LATENESS.flatMap((kind) =>
  SPANS.flatMap((span) =>
    EDGES.map((edge) => ({ ...kind, edge, span, prior: kind.prior / SPANS.length / EDGES.length })),
  ),
);

/** From one round to the next such shares of a probability move to the edges beside it, and to any guess. */
const DRIFT = 0.01;
const JUMP = 1e-4;
/** What is less likely than this cannot change when to ask. */
const UNLIKELY = 1e-7;

/**
 * Asks when such a share has shown, late ones apart. As a miss costs a minute, values of a delay that ends sharply are
 * youngest at its very end; 97 % is what the edges' own doubt and one late round in fifty leave of it.
 */
const SHARE = 0.99;
/** An edge known no better than this is narrowed down first: high in what is left, for fewer misses. */
const SURE_MS = 2_000;
const NARROWING = 0.6;

/** The edge is between, or a few seconds outside. */
export function newBelief(lo: number, hi: number): Belief {
  const fromMs = (lo + hi - GRID_MS) / 2;
  const outside = ({ edge }: Guess) => Math.max(0, lo - fromMs - edge, fromMs + edge - hi);
  return weighed(fromMs, (guess) => guess.prior * Math.exp(-outside(guess) / 5_000));
}

/** A round was seen `hi` ms after its stamp, and not yet at `lo`. */
export function observe({ fromMs, weights }: Belief, lo: number, hi: number): Belief {
  const seen = weighed(fromMs, (guess, index) => {
    const likelihood = shown(guess, hi - fromMs) - shown(guess, lo - fromMs);
    return (weights[index] ?? 0) * likelihood + Number.MIN_VALUE;
  }).weights;
  return weighed(fromMs, ({ prior }, index) => {
    const here = seen[index] ?? 0;
    const beside = ((seen[index - 1] ?? here) + (seen[index + 1] ?? here)) / 2;
    return here + DRIFT * (beside - here) + JUMP * prior;
  });
}

function weighed(fromMs: number, weigh: (guess: Guess, index: number) => number): Belief {
  const weights = new Float64Array(GUESSES.length);
  let sum = 0;
  GUESSES.forEach((guess, index) => {
    const weight = weigh(guess, index);
    weights[index] = weight;
    sum += weight;
  });
  return { fromMs, weights: weights.map((weight) => weight / sum) };
}

/** The share of rounds that have shown, if the guess is right. */
function shown({ edge, span, late, lateMs }: Guess, at: number): number {
  return (1 - late) * ramp((at - edge) / span + 1) + late * ramp((at - edge) / lateMs);
}

function ramp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** ms after a round's stamp. */
export interface Estimate {
  /** When to ask for it. */
  readonly ask: number;
  /** Before this and behind it the edge is equally likely. */
  readonly edge: number;
  /** The edge is so near to what a belief can hold that it may be outside. */
  readonly isOutside: boolean;
}

export function estimate({ fromMs, weights }: Belief): Estimate {
  const likely = GUESSES.flatMap((guess, index) => {
    const weight = weights[index] ?? 0;
    return weight < UNLIKELY ? [] : [{ ...guess, weight }];
  });
  /** When what grows with time for each guess reaches a share of all. */
  const when = (share: number, part: (guess: Guess, at: number) => number) => {
    let [low, high] = [0, GRID_MS];
    while (high - low > 100) {
      const at = (low + high) / 2;
      const sum = likely.reduce((all, guess) => all + guess.weight * part(guess, at), 0);
      [low, high] = sum < share ? [at, high] : [low, at];
    }
    return high;
  };
  const edgeAt = (share: number) => when(share, (guess, at) => (guess.edge <= at ? 1 : 0));
  const [low, edge, high] = [edgeAt(0.1), edgeAt(0.5), edgeAt(0.9)];
  const ask =
    high - low > SURE_MS
      ? low + NARROWING * (high - low)
      : when(SHARE, (guess, at) => ramp((at - guess.edge) / guess.span + 1));
  return { ask: fromMs + ask, edge: fromMs + edge, isOutside: edge < GRID_MS / 10 || edge > 0.9 * GRID_MS };
}
