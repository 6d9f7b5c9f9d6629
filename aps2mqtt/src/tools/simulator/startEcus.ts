import type { Clock } from '../../clock.ts';
import { COMMAND_NAMES } from '../../ecu/commands.ts';
import { codeOf, UsageError } from '../../errors.ts';
import { lyingSource } from './lies.ts';
import { placeProblem } from './placeWords.ts';
import { startSimulator } from './server.ts';
import type { LoggedRequest, Place } from './simulator.ts';
import type { EcuSources } from './sources.ts';
import type { SimulatedEcu } from './words.ts';

/**
 * Starts an ECU at each place, and prints a line for each query.
 *
 * @throws UsageError that names the place where one cannot listen; none is left running then
 */
export async function startEcus(
  { sources, sites }: EcuSources,
  places: readonly Place[],
  clock: Pick<Clock, 'now'>,
  print: (line: string) => void,
): Promise<readonly SimulatedEcu[]> {
  const ecus: SimulatedEcu[] = [];
  for (const [index, place] of places.entries()) {
    const source = sources[index];
    if (source === undefined) {
      throw new RangeError(`${places.length} places for ${sources.length} ECUs`);
    }
    const lies = lyingSource(source);
    const prefix = places.length === 1 ? '' : `${index + 1}: `;
    const onRequest = (request: LoggedRequest) => print(prefix + requestLine(request));
    try {
      const simulator = await startSimulator({ source: lies, ...place, clock, onRequest });
      ecus.push({ simulator, lies, site: sites[index] ?? null });
    } catch (error) {
      await Promise.all(ecus.map(({ simulator }) => simulator.stop()));
      const hint = codeOf(error) === 'EADDRINUSE' ? ': choose another one with --port' : '';
      throw new UsageError(placeProblem(place, error) + hint, { cause: error });
    }
  }
  return ecus;
}

function requestLine({ command, time }: LoggedRequest): string {
  const names: Readonly<Record<string, string>> = COMMAND_NAMES;
  return `${time.toTimeString().slice(0, 8)} asked for ${names[command] ?? `${command}, which it does not know`}`;
}
