import { renderCells } from '../table.ts';
import type { Outcome } from './trial.ts';

/** What became of some cases; null where a program did not take part. */
export interface Sheet {
  readonly title: string;
  readonly names: readonly string[];
  readonly ours: readonly (Outcome | null)[];
  readonly theirs: readonly (Outcome | null)[];
}

/** A Markdown table with totals, and below it why a case was not survived. */
export function renderOutcomes({ title, names, ours, theirs }: Sheet): string {
  const head = [title, 'aps2mqtt', 's until right', 'Python', 's until right'];
  const lines = names.map((name, index) => [name, ...cells(ours[index]), ...cells(theirs[index])]);
  const totals = ['survived', total(ours), '', total(theirs), ''];
  const reasons = [...why('aps2mqtt', names, ours), ...why('Python', names, theirs)];
  return [renderCells([head, ...lines, totals]), ...(reasons.length > 0 ? ['', ...reasons] : [])].join('\n');
}

function cells(outcome: Outcome | null | undefined): string[] {
  if (outcome === null || outcome === undefined) {
    return ['not run', ''];
  }
  const { survived, seconds } = outcome;
  return [survived ? 'yes' : 'NO', seconds === null ? 'never' : seconds.toFixed(1)];
}

function total(outcomes: readonly (Outcome | null)[]): string {
  const known = outcomes.filter((outcome) => outcome !== null);
  return known.length === 0 ? 'not run' : `${known.filter(({ survived }) => survived).length} of ${known.length}`;
}

function why(program: string, names: readonly string[], outcomes: readonly (Outcome | null)[]): string[] {
  return outcomes.flatMap((outcome, index) =>
    outcome === null || outcome.survived ? [] : [`- ${program}, ${names[index]}: ${outcome.why}`],
  );
}
