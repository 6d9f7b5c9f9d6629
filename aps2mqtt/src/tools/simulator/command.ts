import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { getTimes } from 'suncalc';
import { type Clock, systemClock } from '../../clock.ts';
import { COMMAND_NAMES } from '../../ecu/commands.ts';
import { codeOf, messageOf, UsageError } from '../../errors.ts';
import type { Environment } from '../../options/environment.ts';
import { PROGRAM } from '../../startedAs.ts';
import { readCapture } from '../captureFile.ts';
import { parseArguments, type SimulateArguments } from './arguments.ts';
import { describeReplay, describeSite, welcome } from './greeting.ts';
import { simulateHelp } from './help.ts';
import { replaySource } from './replay.ts';
import type { ReplySource } from './request.ts';
import { type LoggedRequest, type Simulator, startSimulator } from './server.ts';
import { type SimulatedSite, simulatedSite } from './site.ts';
import { wakesAt } from './sun.ts';
import { markInverters, obey } from './typedLines.ts';

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
 * The command `simulate`: an ECU without hardware, until the signal is aborted.
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
  clock: Pick<Clock, 'now'> = systemClock,
): Promise<number> {
  const parsed = parseArguments(args, environment);
  if (parsed === null) {
    terminal.print(simulateHelp());
    return 0;
  }
  const { source, site, words } = sourceOf(parsed, clock);
  const simulator = await start(parsed, source, clock, (request) => terminal.print(requestLine(request)));
  try {
    const isListening = terminal.input.isTTY === true || parsed.faultsFromStdin;
    terminal.print([words, welcome(simulator, program, parsed.site.speed, isListening)].join('\n'));
    for (const { fault, misbehaviour } of parsed.faults) {
      simulator.misbehave(fault, misbehaviour);
    }
    // While it refuses connections, nothing else would keep the process from ending.
    const alive = setInterval(() => {}, 3_600_000);
    const stopListening = isListening ? listenTo(terminal, simulator, site) : () => {};
    if (!signal.aborted) {
      await once(signal, 'abort');
    }
    stopListening();
    clearInterval(alive);
  } finally {
    await simulator.stop();
  }
  return 0;
}

interface Served {
  readonly source: ReplySource;
  /** Null while captures are replayed. */
  readonly site: SimulatedSite | null;
  readonly words: string;
}

function sourceOf(parsed: SimulateArguments, clock: Pick<Clock, 'now'>): Served {
  const [first, ...others] = parsed.replay.map(readCapture);
  if (first !== undefined) {
    const captures = [first, ...others] as const;
    return { source: replaySource(captures), site: null, words: describeReplay(captures) };
  }
  const itsClock = siteClock(parsed, clock);
  const site = simulatedSite(parsed.site, itsClock);
  markInverters(site, parsed.offline, parsed.neverHeard);
  return { source: site, site, words: describeSite(site, parsed, itsClock.now()) };
}

/** Time from now on, or from when the inverters wake at today's sunrise, at the speed asked for. */
function siteClock({ day, site: { position, speed } }: SimulateArguments, clock: Pick<Clock, 'now'>) {
  const began = clock.now();
  const sunrise = getTimes(began, position.latitude, position.longitude).sunrise;
  const from = (day && sunrise !== null ? wakesAt(sunrise, position) : null) ?? began;
  return { now: () => new Date(from.getTime() + (clock.now().getTime() - began.getTime()) * speed) };
}

async function start(
  { host, port }: SimulateArguments,
  source: ReplySource,
  clock: Pick<Clock, 'now'>,
  onRequest: (request: LoggedRequest) => void,
): Promise<Simulator> {
  try {
    return await startSimulator({ source, host, port, clock, onRequest });
  } catch (error) {
    const isTaken = codeOf(error) === 'EADDRINUSE';
    const hint = isTaken ? 'is taken: choose another one with --port' : `cannot be served: ${messageOf(error)}`;
    throw new UsageError(`port ${port} at ${host} ${hint}`, { cause: error });
  }
}

function requestLine({ command, time }: LoggedRequest): string {
  const names: Readonly<Record<string, string>> = COMMAND_NAMES;
  return `${time.toTimeString().slice(0, 8)} asked for ${names[command] ?? `${command}, which it does not know`}`;
}

/** @returns what ends it */
function listenTo(terminal: Terminal, simulator: Simulator, site: SimulatedSite | null): () => void {
  const lines = createInterface({ input: terminal.input });
  lines.on('line', (line) => {
    obey(line, simulator, site).then(terminal.print, (error: unknown) => terminal.print(messageOf(error)));
  });
  return () => lines.close();
}
