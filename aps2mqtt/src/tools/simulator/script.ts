import { readFileSync } from 'node:fs';
import { DateTime } from 'luxon';
import type { Clock } from '../../clock.ts';
import { messageOf, UsageError } from '../../errors.ts';
import type { SimulatedSite } from './siteState.ts';
import { spanOf } from './span.ts';
import { type Action, understand } from './understand.ts';

/** A line of a script, understood. */
export interface ScriptLine {
  readonly due: Date;
  /** What stands behind the time. */
  readonly text: string;
  readonly action: Action;
}

/**
 * Reads a script: a line each, `12:00 spike 50` at that time of the ECU's day by the right time, the next one to come;
 * `+90s lifetime 0` so long after the start. Behind a # is a comment.
 *
 * @param began the simulator's own time at its start
 * @param timeZone IANA name
 * @returns in the order in which they are due
 * @throws UsageError that names every wrong line with its number
 */
export function parseScript(
  text: string,
  began: Date,
  timeZone: string,
  sites: readonly (SimulatedSite | null)[],
): ScriptLine[] {
  const wrong: string[] = [];
  const lines: ScriptLine[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, time = '', action = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line.replace(/#.*/, '')) ?? [];
    if (time === '') {
      continue;
    }
    try {
      const due = dueAt(time, began, timeZone);
      if (action === '') {
        throw new UsageError(`what is to be done at ${time}?`);
      }
      lines.push({ due, text: action, action: understand(action, sites) });
    } catch (error) {
      wrong.push(`line ${index + 1}: ${messageOf(error)}`);
    }
  }
  if (wrong.length > 0) {
    throw new UsageError(wrong.join('\n'));
  }
  return lines.sort((a, b) => a.due.getTime() - b.due.getTime());
}

function dueAt(time: string, began: Date, timeZone: string): Date {
  const seconds = time.startsWith('+') ? spanOf(time.toLowerCase()) : Number.NaN;
  if (!Number.isNaN(seconds)) {
    return new Date(began.getTime() + seconds * 1000);
  }
  const [, hour, minute, second = '0'] = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(time) ?? [];
  if (hour === undefined) {
    throw new UsageError(`"${time}" is no time; for example: 12:00, 12:00:30, +90s, +2h, +1d2h`);
  }
  const start = DateTime.fromJSDate(began, { zone: timeZone });
  const today = start.set({ hour: Number(hour), minute: Number(minute), second: Number(second), millisecond: 0 });
  return (today < start ? today.plus({ days: 1 }) : today).toJSDate();
}

/**
 * @throws UsageError that names the file
 */
export function readScript(
  path: string,
  began: Date,
  timeZone: string,
  sites: readonly (SimulatedSite | null)[],
): ScriptLine[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`the script ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  try {
    return parseScript(text, began, timeZone, sites);
  } catch (error) {
    throw new UsageError(`the script ${path} is wrong, so nothing has been started\n${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Longer than this no timer may sleep. */
const LONGEST_SLEEP = 3_600_000;

/**
 * Calls for each line when it is due.
 *
 * @param simulated the simulator's own time, which runs `speed` times as fast
 * @returns when all lines are done, or the signal is aborted
 */
export async function runScript(
  lines: readonly ScriptLine[],
  simulated: Pick<Clock, 'now'>,
  speed: number,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
  perform: (line: ScriptLine) => Promise<void>,
): Promise<void> {
  for (const line of lines) {
    for (;;) {
      const left = (line.due.getTime() - simulated.now().getTime()) / speed;
      if (left <= 0) {
        break;
      }
      await clock.sleep(Math.min(Math.ceil(left), LONGEST_SLEEP), signal).catch(() => {});
      if (signal.aborted) {
        return;
      }
    }
    await perform(line);
  }
}
