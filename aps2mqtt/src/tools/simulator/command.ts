import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { DateTime } from 'luxon';
import { PROGRAM } from '../../cli/startedAs.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { Environment } from '../../options/environmentType.ts';
import { parseArguments } from './arguments.ts';
import { sideLines, welcome } from './greeting.ts';
import { simulateHelp } from './help.ts';
import { readScript, runScript } from './script.ts';
import { ecuSources, simulatedClock } from './sources.ts';
import { startEcus, stopEcus } from './startEcus.ts';
import { type Action, understand } from './understand.ts';
import type { Stage } from './words.ts';
import { areYears, parseYears } from './years/arguments.ts';
import { writeYears, writtenWords } from './years/writeYears.ts';

export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  print(line: string): void;
}

const processTerminal: Terminal = {
  input: process.stdin,
  print: (line) => {
    process.stdout.write(`${line}\n`);
  },
};

/**
 * The command `simulate`: ECUs without hardware, until the signal is aborted or somebody types quit.
 *
 * @param program how the person started this program
 * @returns the exit code
 * @throws UsageError
 */
export async function simulateCommand(
  args: readonly string[],
  environment: Environment,
  signal: AbortSignal,
  program = PROGRAM,
  terminal: Terminal = processTerminal,
  clock: Clock = systemClock,
): Promise<number> {
  if (areYears(args) && !args.includes('--help')) {
    const years = parseYears(args, environment, clock.now());
    terminal.print(writtenWords(years, await writeYears(years)));
    return 0;
  }
  const parsed = parseArguments(args, environment);
  if (parsed === null) {
    terminal.print(simulateHelp());
    return 0;
  }
  const { speed, timeZone } = parsed;
  const ownTime = simulatedClock(parsed, clock);
  const began = ownTime.now();
  const served = ecuSources(parsed, ownTime);
  const { sites } = served;
  const faults = parsed.faults.map((line) => understand(line, sites));
  const script = parsed.script === null ? [] : readScript(parsed.script, began, timeZone, sites);
  const ecus = await startEcus(served, parsed, ownTime, clock, terminal.print);
  const ending = new AbortController();
  const end = () => ending.abort();
  const isOver = AbortSignal.any([signal, ending.signal]);
  const stage: Stage = { ecus, faultsAddUp: false, end };
  const perform = inTurn(stage, terminal);
  // While it refuses connections, nothing else would keep the process from ending.
  const alive = setInterval(() => {}, 3_600_000);
  let stopListening = () => {};
  try {
    const isListening = terminal.input.isTTY === true || parsed.faultsFromStdin;
    const places = ecus.map(({ simulator }) => simulator);
    terminal.print([served.words, ...sideLines(ecus), welcome(places, program, speed, isListening)].join('\n'));
    for (const fault of faults) {
      await fault({ ...stage, faultsAddUp: true });
    }
    if (isListening) {
      stopListening = listenTo(terminal, (line) => perform(understand(line, sites)));
    }
    const scripted = runScript(script, ownTime, speed, clock, isOver, async ({ due, text, action }) => {
      const time = DateTime.fromJSDate(due, { zone: timeZone }).toFormat('HH:mm:ss');
      await perform(action, `${time} ${text}`);
    });
    if (!isOver.aborted) {
      await once(isOver, 'abort');
    }
    await scripted;
  } finally {
    stopListening();
    clearInterval(alive);
    await stopEcus(ecus);
  }
  return 0;
}

/** Does one thing after the other, however fast they come, and prints each answer. */
function inTurn(stage: Stage, terminal: Terminal): (action: Action, asked?: string) => Promise<void> {
  let last = Promise.resolve();
  return (action, asked = '') => {
    last = last.then(async () => {
      const said = [asked, await action(stage).catch(messageOf)].filter((text) => text !== '');
      if (said.length > 0) {
        terminal.print(said.join(': '));
      }
    });
    return last;
  };
}

/** @returns what ends it */
function listenTo(terminal: Terminal, obey: (line: string) => Promise<void>): () => void {
  const lines = createInterface({ input: terminal.input });
  lines.on('line', (line) => {
    try {
      obey(line).catch((error: unknown) => terminal.print(messageOf(error)));
    } catch (error) {
      terminal.print(messageOf(error));
    }
  });
  return () => lines.close();
}
