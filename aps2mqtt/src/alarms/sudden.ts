const DAY_MS = 86_400_000;
/** A loss that took longer than this, or more days than that with a part of it, is slow. */
const SUDDEN_DAYS = 21;
const SUDDEN_BETWEEN = 1;

/** On a hazy day nothing casts a shadow: the lowest of so many days tells of a shade that comes with the season. */
const SHADE_DAYS = 4;

/** Was the loss of the last day there from one day to the next? @param days with their shares of the baseline, in order */
export function wasSudden(
  days: readonly { readonly day: string; readonly share: number }[],
  isShade: boolean,
): boolean {
  const shares = days.map(({ share }, index) =>
    isShade ? Math.min(...days.slice(Math.max(0, index - SHADE_DAYS + 1), index + 1).map((one) => one.share)) : share,
  );
  const lost = 1 - (shares.at(-1) ?? 1);
  const high = shares.findLastIndex((share) => share > 1 - 0.25 * lost);
  const low = shares.findIndex((share, index) => index > high && share < 1 - 0.65 * lost);
  const took = Date.parse(days[low]?.day ?? '') - Date.parse(days[high]?.day ?? '');
  return low - high - 1 <= SUDDEN_BETWEEN && took <= SUDDEN_DAYS * DAY_MS;
}
