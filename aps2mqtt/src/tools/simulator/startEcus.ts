import type { Clock } from '../../clock.ts';
import { COMMAND_NAMES } from '../../ecu/commands.ts';
import { codeOf, UsageError } from '../../errors.ts';
import type { SimulateArguments } from './arguments.ts';
import { lyingSource } from './lies.ts';
import { type ModbusWrite, startModbus } from './modbusServer.ts';
import { placeProblem } from './placeWords.ts';
import { startSimulator } from './server.ts';
import type { LoggedRequest, Place } from './simulator.ts';
import type { SimulatedSite } from './siteState.ts';
import type { EcuSources } from './sources.ts';
import { startWeb } from './webServer.ts';
import type { SimulatedEcu } from './words.ts';

/**
 * Starts an ECU at each place, and prints a line for each query.
 *
 * @throws UsageError that names the place where one cannot listen; none is left running then
 */
export async function startEcus(
  { sources, sites }: EcuSources,
  { places, modbus, web }: Pick<SimulateArguments, 'places' | 'modbus' | 'web'>,
  simulated: Pick<Clock, 'now'>,
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
      const site = sites[index] ?? null;
      const ecu = { simulator, lies, site, modbus: null, web: null };
      ecus.push(ecu);
      if (site !== null) {
        const say = (line: string) => print(`${prefix}${line}`);
        ecus[index] = { ...ecu, ...(await startSides(site, modbus?.[index], web?.[index], simulated, say)) };
      }
    } catch (error) {
      await stopEcus(ecus);
      const hint = codeOf(error) === 'EADDRINUSE' ? ': choose another one with --port' : '';
      throw new UsageError(placeProblem(place, error) + hint, { cause: error });
    }
  }
  return ecus;
}

/** @throws UsageError that names the place where one cannot listen */
async function startSides(
  site: SimulatedSite,
  modbusAt: Place | undefined,
  webAt: Place | undefined,
  clock: Pick<Clock, 'now'>,
  say: (line: string) => void,
): Promise<Pick<SimulatedEcu, 'modbus' | 'web'>> {
  const served = <T>(place: Place, started: Promise<T>) =>
    started.catch((error: unknown): never => {
      throw new UsageError(placeProblem(place, error), { cause: error });
    });
  const onWrite = ({ unit, address, value }: ModbusWrite) => say(`Modbus: unit ${unit}, ${address} is ${value} now`);
  const modbus = modbusAt === undefined ? null : await served(modbusAt, startModbus(site, modbusAt, clock, onWrite));
  try {
    const web =
      webAt === undefined
        ? null
        : await served(
            webAt,
            startWeb(site, webAt, clock, (line) => say(`Web: ${line}`)),
          );
    return { modbus, web };
  } catch (error) {
    await modbus?.stop();
    throw error;
  }
}

/** Resolves when all their ports are free. */
export async function stopEcus(ecus: readonly SimulatedEcu[]): Promise<void> {
  const all = ecus.flatMap(({ simulator, modbus, web }) => [simulator, modbus, web]);
  await Promise.all(all.map((one) => one?.stop()));
}

function requestLine({ command, time }: LoggedRequest): string {
  const names: Readonly<Record<string, string>> = COMMAND_NAMES;
  return `${time.toTimeString().slice(0, 8)} asked for ${names[command] ?? `${command}, which it does not know`}`;
}
