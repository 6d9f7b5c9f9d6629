import { readFile } from 'node:fs/promises';
import { parseWords } from '../cli/commandLine.ts';
import { STANDS_FOR } from '../cli/startedAs.ts';
import { ecuClient } from '../ecu/client.ts';
import { ecuModel, inverterFamily } from '../ecu/models.ts';
import { tcpTransport } from '../ecu/transport.ts';
import { EcuError, messageOf, UsageError } from '../errors.ts';
import { silentLogger } from '../logger.ts';
import { addressOf } from '../monitor/source.ts';
import type { Environment } from '../options/environmentType.ts';
import { loadOptions } from '../options/load.ts';
import type { EcuOptions, Options } from '../options/options.ts';
import { type DashboardEcu, dashboardYaml } from '../roof/dashboard.ts';
import { withDeviceNames } from '../roof/dashboardEcus.ts';
import { LayoutStore, layoutFile } from '../roof/layoutStore.ts';
import { assemble } from '../site/assemble.ts';
import { parseSavedState, type SavedEcu } from '../site/savedState.ts';
import type { ToolWorld } from './world.ts';

const HELP = `aps2mqtt dashboard: prints a dashboard for Home Assistant, with your own panels, to copy

  aps2mqtt dashboard [-c FILE] [--card]

      --card          only the card with the roof, for a dashboard that you have
  -c, --config FILE   options in YAML (also: CONFIG_FILE); else those of the environment
  -h, --help          this text

Copy it into a dashboard: pencil > three dots > Raw configuration editor; the card into a Manual card. It takes the
inverters from the saved state; without one, it asks the ECUs once.

${STANDS_FOR}
`;

const OPTIONS = {
  card: { type: 'boolean' },
  config: { type: 'string', short: 'c' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * @returns the exit code: 0 when there was something to print
 * @throws UsageError, OptionsError
 */
export async function dashboardCommand(
  args: readonly string[],
  environment: Environment,
  signal: AbortSignal,
  world: ToolWorld,
): Promise<number> {
  const { values, positionals } = parseWords(args, OPTIONS);
  const { output } = world;
  if (values.help) {
    output.write(HELP);
    return 0;
  }
  const [surplus] = positionals;
  if (surplus !== undefined) {
    throw new UsageError(`What is "${surplus}"? The ECUs come from the options: name a file of them with -c`);
  }
  const { options } = loadOptions(values.config, environment);
  const saved = await savedEcus(options.stateFile);
  const typed = await Promise.all(options.ecus.map((ecu) => dashboardEcu(ecu, saved, signal, world)));
  const known = [...typed.filter((ecu) => ecu !== null), ...foundEcus(options, saved)];
  if (known.length === 0) {
    output.warn(`No ECU answers, and none is known from before: let ${world.program} read it once.\n`);
    return 1;
  }
  const layouts = new LayoutStore(layoutFile(options.stateFile), silentLogger);
  await layouts.load();
  output.write(dashboardYaml(values.card ? 'card' : 'dashboard', withDeviceNames(known), layouts.layout, () => null));
  return 0;
}

async function savedEcus(file: Options['stateFile']): Promise<readonly SavedEcu[]> {
  try {
    return file === null ? [] : parseSavedState(await readFile(file, 'utf8')).ecus;
  } catch {
    return [];
  }
}

/** Those that nobody has typed an address of. */
function foundEcus({ ecus, searches }: Options, saved: readonly SavedEcu[]): DashboardEcu[] {
  const isTyped = (one: SavedEcu) => ecus.some((ecu) => isAt(one, ecu));
  return searches.length === 0
    ? []
    : saved.filter((one) => one.inverters.length > 0 && !isTyped(one)).map((one) => savedDashboard(one, null));
}

/** Was it read at this address, or at the one that it has moved to from there? */
function isAt({ address, typedAddress }: SavedEcu, ecu: EcuOptions): boolean {
  return [address, typedAddress].includes(addressOf(ecu));
}

function savedDashboard({ ecuId, inverters: saved }: SavedEcu, name: string | null): DashboardEcu {
  const inverters = saved.map(({ id, channels }) => {
    const family = inverterFamily(id);
    return { id, family: family?.name ?? null, panels: (channels ?? family?.channels)?.powers ?? 0 };
  });
  return { id: ecuId, name: name ?? ecuModel(ecuId).name, inverters };
}

/** From the saved state, else by asking; null where nobody answers. */
async function dashboardEcu(
  ecu: EcuOptions,
  saved: readonly SavedEcu[],
  signal: AbortSignal,
  { clock, timeouts, output }: ToolWorld,
): Promise<DashboardEcu | null> {
  const known = saved.findLast((one) => isAt(one, ecu));
  if (known !== undefined && known.inverters.length > 0) {
    return savedDashboard(known, ecu.name);
  }
  try {
    const client = ecuClient(tcpTransport(ecu.host, ecu.port, timeouts), clock, silentLogger);
    const { ecuId, name, inverters } = assemble(await client.readAll(signal), clock.now(), ecu, []);
    return {
      id: ecuId,
      name,
      inverters: inverters.map(({ id, family, powers }) => ({ id, family, panels: powers.length })),
    };
  } catch (error) {
    if (!(error instanceof EcuError)) {
      throw error;
    }
    output.warn(`${addressOf(ecu)}: ${messageOf(error)}\n`);
    return null;
  }
}
