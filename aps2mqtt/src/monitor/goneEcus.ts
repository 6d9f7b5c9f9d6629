import { GONE_AFTER_MS } from '../site/absence.ts';
import type { SavedEcu } from '../site/savedState.ts';
import { isTyped, type Source } from './source.ts';

/**
 * ECUs that no entry of the options is for any more, and that nobody has heard for 30 days: taken out of the options, or
 * replaced, or found once and gone since.
 */
export function goneEcus(
  ecus: readonly SavedEcu[],
  sources: Iterable<Source>,
  ecuAt: (address: string) => string | null,
  at: Date,
): readonly string[] {
  const typed = new Set([...sources].filter(isTyped).map(({ address }) => address));
  const here = new Set([...typed].map(ecuAt));
  const isHere = ({ ecuId, typedAddress }: SavedEcu) => here.has(ecuId) || typed.has(typedAddress ?? '');
  const isGone = (ecu: SavedEcu) => !isHere(ecu) && at.getTime() - (ecu.lastSeen ?? 0) > GONE_AFTER_MS;
  return ecus.filter(isGone).map(({ ecuId }) => ecuId);
}
