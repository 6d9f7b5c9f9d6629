import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { getTimes } from 'suncalc';
import { type Clock, systemClock } from '../../clock.ts';
import { COMMAND_NAMES } from '../../ecu/commands.ts';
import { ecuModel, inverterFamily } from '../../ecu/models.ts';
import { codeOf, messageOf, UsageError } from '../../errors.ts';
import type { Environment } from '../../options/environment.ts';
import { readCapture } from '../captureFile.ts';
import { parseArguments, type SimulateArguments } from './arguments.ts';
import { simulateHelp } from './help.ts';
import { replaySource } from './replay.ts';
import type { ReplySource } from './request.ts';
import { type LoggedRequest, type Simulator, startSimulator } from './server.ts';
import { type SimulatedSite, simulatedSite } from './site.ts';
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
 * @returns the exit code
 * @throws UsageError
 */
export async function simulateCommand(
  args: readonly string[],
  environment: Environment,
  signal: AbortSignal,
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
    terminal.print(welcome(simulator, words, parsed.site.speed, isListening));
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
    const models = captures.map(({ model }) => `  ${model}`).join('\n');
    const turns = captures.length > 1 ? ', one after the other with each query for the summary' : '';
    return { source: replaySource(captures), site: null, words: `Replaying captured replies${turns}:\n${models}` };
  }
  const site = simulatedSite(parsed.site, siteClock(parsed, clock));
  markInverters(site, parsed.offline, parsed.neverHeard);
  return { source: site, site, words: describe(site, parsed) };
}

function describe(site: SimulatedSite, { site: { round, delay, speed } }: SimulateArguments): string {
  const { ecuId } = site.state().summary;
  const counts = new Map<string, number>();
  for (const { id } of site.inverters) {
    const name = inverterFamily(id)?.name ?? id;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const list = Array.from(counts, ([name, count]) => `${count} ${name}`).join(', ');
  const pace = speed === 1 ? '' : ` Its time runs ${speed} times as fast as yours, its energies grow by yours.`;
  return [
    `Simulating an ${ecuModel(ecuId).name} with the id ${ecuId}`,
    `Inverters: ${list}`,
    `A poll round every ${round} s, its values ${delay} s later.${pace}`,
  ].join('\n');
}

/** Time from now on, or from today's sunrise, at the speed asked for. */
function siteClock({ day, site: { position, speed } }: SimulateArguments, clock: Pick<Clock, 'now'>) {
  const began = clock.now();
  const sunrise = getTimes(began, position.latitude, position.longitude).sunrise;
  const from = day && sunrise !== null ? sunrise : began;
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
    const hint = isTaken ? 'is taken: choose another one with --port' : `can not be served: ${messageOf(error)}`;
    throw new UsageError(`port ${port} at ${host} ${hint}`, { cause: error });
  }
}

function welcome({ host, port }: Simulator, words: string, speed: number, isListening: boolean): string {
  // Left to itself the bridge rests at night for longer than a fast morning takes.
  const interval = speed > 1 ? ' APS_POLL_INTERVAL=60' : '';
  const broker = 'MQTT_BROKER_HOST=127.0.0.1 MQTT_DISCOVERY_ENABLED=true';
  return [
    words,
    `Listening at ${host}, port ${port}. Point aps2mqtt at it:`,
    `  APS_ECU_IP=${host} APS_ECU_PORT=${port}${interval} ${broker} aps2mqtt`,
    `${isListening ? 'Type help to make it misbehave. ' : ''}Ctrl-C ends it.`,
  ].join('\n');
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
