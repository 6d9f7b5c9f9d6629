/**
 * W that an inverter with these first digits makes at most, from the vendor's data sheets (maximum continuous output):
 * DS3 series DS3-S 640, DS3-L 768, DS3-M 800, DS3 880, DS3-H 960; YC500 500; YC600 600; YC1000-3 1000; QS1 1200;
 * QS1A 1500; QT2 2000. Where markets differ it is the larger one: a limit is a share of it, and nobody shall be warned
 * in vain.
 */
const RATED_WATTS: readonly (readonly [prefix: string, watts: number])[] = [
  ['702', 640],
  ['703', 768],
  ['704', 880],
  ['705', 960],
  ['707', 800],
  ['801', 1200],
  ['802', 1200],
  ['804', 1500],
  ['901', 2000],
  ['10', 500],
  ['40', 600],
  ['50', 1000],
];

/** @returns null where the digits of one of them do not tell */
export function ratedWatts(inverterIds: readonly string[]): number | null {
  const watts = inverterIds.map((id) => RATED_WATTS.find(([prefix]) => id.startsWith(prefix))?.[1] ?? null);
  return watts.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0);
}
