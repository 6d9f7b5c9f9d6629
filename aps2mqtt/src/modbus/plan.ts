import { CONN, type ControlValues, W_MAX_LIM_ENA, W_MAX_LIM_PCT } from './sunspec.ts';

/** What was carried out, and is kept over our own restart; null before the first command. */
export interface Commanded {
  /** %. */
  readonly limit: number | null;
  readonly production: boolean | null;
  /** %: asked for while production was off, which a new percentage would end. */
  readonly held: number | null;
}

export const NOTHING_COMMANDED: Commanded = { limit: null, production: null, held: null };

/** What is asked for now; what is left out stays. */
export interface Asked {
  /** %. */
  readonly limit?: number;
  readonly production?: boolean;
}

export interface Write {
  readonly name: 'Conn' | 'WMaxLimPct' | 'WMaxLim_Ena';
  readonly address: number;
  readonly value: number;
}

export interface Plan {
  /** In this order; none where all is as it was asked for. */
  readonly writes: readonly Write[];
  /** What is true once they are done. */
  readonly after: Commanded;
}

/**
 * What to write. A bare `WMaxLim_Ena` 1 or `Conn` 1 would make the ECU send the percentage that it
 * happens to remember, so the percentage always goes first; and while `Conn` is 0 a new percentage would start the
 * inverters again, so it is held back then.
 */
export function planWrites(asked: Asked, before: Commanded, read: ControlValues): Plan {
  const limit = asked.limit ?? before.held;
  const isOff = asked.production === undefined && (read.isConnected === false || before.production === false);
  if (asked.production === false || isOff) {
    const isDone = asked.production === undefined || (before.production === false && read.isConnected === false);
    const production = asked.production ?? before.production;
    return { writes: isDone ? [] : [conn(0)], after: { ...before, production, held: limit } };
  }
  if (asked.production === true) {
    const percent = limit ?? before.limit ?? 100;
    const isDone = before.production === true && read.isConnected === true && isInForce(percent, before, read);
    const enable = percent < 100 && read.isLimiting === false ? [ENABLE] : [];
    const writes = isDone ? [] : [percentage(percent, read), ...enable, conn(1)];
    return { writes, after: { limit: limit ?? before.limit, production: true, held: null } };
  }
  if (limit === null) {
    return { writes: [], after: before };
  }
  const enable = read.isLimiting === false ? [ENABLE] : [];
  const writes = isInForce(limit, before, read) && before.limit !== null ? [] : [percentage(limit, read), ...enable];
  return { writes, after: { ...before, limit, held: null } };
}

/** Has this percentage been sent, and does the ECU remember it? */
function isInForce(percent: number, { limit }: Commanded, read: ControlValues): boolean {
  const isRemembered = read.limit === null || Math.abs(read.limit - percent) < 0.05;
  return (limit ?? 100) === percent && isRemembered && (percent === 100 || read.isLimiting !== false);
}

/** Does the ECU remember what was written? */
export function isReadBack(writes: readonly Write[], read: ControlValues): boolean {
  const remembered = {
    Conn: read.isConnected === null ? null : Number(read.isConnected),
    WMaxLim_Ena: read.isLimiting === null ? null : Number(read.isLimiting),
    WMaxLimPct: read.limit === null ? null : Math.round(read.limit * read.perPercent),
  };
  return writes.every(({ name, value }) => remembered[name] === value);
}

const ENABLE: Write = { name: 'WMaxLim_Ena', address: W_MAX_LIM_ENA, value: 1 };

const conn = (value: 0 | 1): Write => ({ name: 'Conn', address: CONN, value });

const percentage = (percent: number, { perPercent }: ControlValues): Write => ({
  name: 'WMaxLimPct',
  address: W_MAX_LIM_PCT,
  value: Math.round(percent * perPercent),
});
