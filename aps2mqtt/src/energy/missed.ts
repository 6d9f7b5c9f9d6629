import { give, type Ledger, type Row, rounded, sum } from './ledger.ts';
import { isAwayByDay, missedEnergies } from './shares.ts';

/** Rounds after its return in which the ECU may tell what an inverter made meanwhile. */
const ROUNDS_BACK = 3;
/** Less is nothing that anybody missed. Wh. */
const LEAST_WH = 20;

/** Notes what inverters that are away by day would have made of a round, Wh. */
export function noteMissed(ledger: Ledger, minute: number, counted: number): void {
  const away = ledger.rows.filter((row) => isAwayByDay(row, ledger));
  if (away.length === 0) {
    return;
  }
  const missed = missedEnergies(ledger, minute, counted);
  for (const [index, row] of ledger.rows.entries()) {
    if (away.includes(row)) {
      for (const [panel, wh] of (missed[index] ?? []).entries()) {
        row.owed[panel] = rounded((row.owed[panel] ?? 0) + wh);
      }
    }
  }
}

/**
 * An inverter that is back may only have lost its radio: what the counter has grown by beyond what the round made goes to
 * it first, up to what it would have made.
 *
 * @param pull Wh that the counter says was made beyond what was counted
 * @returns Wh that were given
 */
export function giveMissed(ledger: Ledger, pull: number): number {
  for (const row of ledger.rows) {
    row.roundsBack = row.online === true ? Math.min(ROUNDS_BACK + 1, row.wasOnline ? row.roundsBack + 1 : 1) : 0;
    if (row.roundsBack > ROUNDS_BACK) {
      row.owed.fill(0);
    }
  }
  const back = ledger.rows.filter((row) => isClaiming(row) && sum(row.owed) >= LEAST_WH);
  const owed = sum(back.map((row) => sum(row.owed)));
  const given = Math.min(pull, owed);
  if (!(given >= LEAST_WH)) {
    return 0;
  }
  for (const row of back) {
    for (const [panel, wh] of [...row.owed].entries()) {
      give(ledger, row, panel, (given * wh) / owed, true);
      row.owed[panel] = rounded(wh * (1 - given / owed));
    }
  }
  return given;
}

/** It is back; or the ECU has left it out, and it may well work. */
function isClaiming({ online, roundsBack }: Row): boolean {
  return online === null || (roundsBack >= 1 && roundsBack <= ROUNDS_BACK);
}
