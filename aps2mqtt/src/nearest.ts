import { closest, distance } from 'fastest-levenshtein';

/** The known name that somebody may have meant, or null when none is near. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0) {
    return null;
  }
  const best = closest(
    name.toLowerCase(),
    candidates.map((candidate) => candidate.toLowerCase()),
  );
  const near = candidates.find((candidate) => candidate.toLowerCase() === best);
  const limit = name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3));
  return near !== undefined && distance(name.toLowerCase(), best) <= limit ? near : null;
}
