import { writeProblem } from '../fileProblem.ts';
import type { Logger } from '../logger.ts';
import { DAY, dayFields, parseEnergies } from './dailyEnergies.ts';
import { parseDay } from './dayRounds.ts';
import { ROUND, type RoundInverter, roundFields } from './dayText.ts';
import type { Folder } from './folder.ts';
import type { History } from './history.ts';
import { TableFile } from './tableFile.ts';

/** Rounds that wait for a disk that hangs; more are lost. */
const MOST_WAITING = 200;

interface Written {
  day: string;
  rounds: TableFile;
}

/** @param keptDays rounds are kept for so many days */
export function fileHistory(folder: Folder, keptDays: number, log: Logger): History {
  const written = new Map<string, Written>();
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let isFailing = false;

  /** One after another, so that lines are in order and a day is closed behind its last one. */
  function enqueue(what: string, work: () => Promise<void>): Promise<void> {
    if (waiting >= MOST_WAITING) {
      return last;
    }
    waiting++;
    last = last
      .then(work)
      .then(
        () => tellEdge(false, 'The history is written again'),
        (error: unknown) => tellEdge(true, `${what}: ${problemOf(error)}. Going on without it; trying again`),
      )
      .finally(() => {
        waiting--;
      });
    return last;
  }

  function tellEdge(failing: boolean, text: string): void {
    if (failing !== isFailing) {
      isFailing = failing;
      log[failing ? 'warn' : 'info'](text);
    }
  }

  async function write(ecuId: string, round: string, inverters: readonly RoundInverter[]): Promise<void> {
    const day = round.slice(0, 10);
    const open = written.get(ecuId);
    // Each time: somebody may have taken the folder away, and the headers with it.
    const isFresh = await folder.prepare(ecuId);
    if (isFresh || open?.day !== day) {
      written.set(ecuId, { day, rounds: new TableFile(folder.dayFile(ecuId, day), ROUND) });
    }
    await written.get(ecuId)?.rounds.append(round, roundFields(inverters));
    if (open !== undefined && open.day < day) {
      await tidy(ecuId, day);
    }
  }

  /** Closes the days before, and lets go of what is too old. */
  async function tidy(ecuId: string, today: string): Promise<void> {
    const days = await folder.days(ecuId);
    // By the last day before, not by today: a clock that is set years ahead must not cost the history.
    const last = days.findLast((day) => day < today) ?? today;
    const oldest = daysBefore(last, keptDays - 1);
    for (const day of days) {
      if (day < oldest) {
        await folder.remove(ecuId, day);
      } else if (day < today) {
        await folder.close(ecuId, day);
      }
    }
  }

  return {
    append: (ecuId, round, inverters) => enqueue('The history cannot be written', () => write(ecuId, round, inverters)),
    closeDay: (ecuId, day) =>
      enqueue("The day's energies cannot be written", async () => {
        await folder.prepare(ecuId);
        await new TableFile(folder.energiesFile(ecuId), DAY).append(day.day, dayFields(day), true);
      }),
    ecus: () => folder.ecus(),
    days: (ecuId) => folder.days(ecuId),
    readDay: async (ecuId, day) => {
      const text = await folder.read(ecuId, day);
      return text === null ? null : parseDay(text);
    },
    readText: (ecuId, day) => folder.read(ecuId, day),
    readEnergies: async (ecuId) => parseEnergies((await folder.readEnergies(ecuId)) ?? ''),
    start: (now) =>
      enqueue('The history cannot be tidied up', async () => {
        for (const ecuId of await folder.ecus()) {
          await tidy(ecuId, earliestDay(now));
        }
      }),
    settled: () => last,
  };
}

function problemOf(error: unknown): string {
  return writeProblem(error, error instanceof Error && 'path' in error ? String(error.path) : '');
}

function daysBefore(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - count * 86_400_000).toISOString().slice(0, 10);
}

/** The day where the date line has it last: no zone's day is over before. */
function earliestDay(now: Date): string {
  return new Date(now.getTime() - 12 * 3_600_000).toISOString().slice(0, 10);
}
