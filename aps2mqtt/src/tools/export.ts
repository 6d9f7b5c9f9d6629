import { open } from 'node:fs/promises';
import { parseWords } from '../cli/commandLine.ts';
import { STANDS_FOR } from '../cli/startedAs.ts';
import { messageOf, UsageError } from '../errors.ts';
import { exportDays } from '../history/exportDays.ts';
import { fileHistory } from '../history/fileHistory.ts';
import { historyFolder } from '../history/folder.ts';
import { silentLogger } from '../logger.ts';
import type { Environment } from '../options/environmentType.ts';
import { loadOptions } from '../options/load.ts';
import type { ToolWorld } from './world.ts';

const HELP = `aps2mqtt export: writes what was read in a span of days into one file, which a spreadsheet opens

  aps2mqtt export [--from 2026-06-01] [--to 2026-06-30] --out FILE [--ecu ID]

      --from DAY    the first day; default: the first one that was kept
      --to DAY      the last day; default: the newest one
      --out FILE    where to; - for standard output
      --ecu ID      of this ECU only; default: of all
      --dir FOLDER  where the history lies; default: as the options say
  -c, --config FILE options in YAML, to find the history (also: CONFIG_FILE)
  -h, --help        this text

A line a reading: the time, each panel's power in W, each inverter's state (1 online, 0 not) and temperature in °C.

${STANDS_FOR}

Example:
  aps2mqtt export --from 2026-06-01 --to 2026-06-30 --out june.csv
`;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  out: { type: 'string' },
  ecu: { type: 'string' },
  dir: { type: 'string' },
  config: { type: 'string', short: 'c' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns the exit code: 0 when there was anything to write */
export async function exportCommand(
  args: readonly string[],
  environment: Environment,
  { output, program }: ToolWorld,
): Promise<number> {
  const { values, positionals } = parseWords(args, OPTIONS);
  if (values.help) {
    output.write(HELP);
    return 0;
  }
  if (positionals[0] !== undefined) {
    throw new UsageError(`${positionals[0]}: export takes options only, such as --out june.csv`);
  }
  const { out } = values;
  if (out === undefined) {
    throw new UsageError(`Where to? ${program} export --out FILE`);
  }
  const span = { from: dayOf('--from', values.from, '0000-00-00'), to: dayOf('--to', values.to, '9999-99-99') };
  if (span.from > span.to) {
    throw new UsageError(`--from ${span.from} is after --to ${span.to}`);
  }
  const folder = values.dir ?? folderOf(values.config, environment);
  const history = fileHistory(historyFolder(folder), Number.POSITIVE_INFINITY, silentLogger);
  const known = await history.ecus();
  const ecus = values.ecu === undefined ? known : known.filter((ecuId) => ecuId === values.ecu);
  if (ecus.length === 0) {
    const who =
      values.ecu === undefined
        ? ''
        : ` of ECU ${values.ecu}${known.length === 0 ? '' : `, but of ${known.join(', ')}`}`;
    output.warn(`There is no history${who} in ${folder}\n`);
    return 1;
  }
  const exported = await writeTo(out, output, (write) => exportDays(history, ecus, span, write));
  if (exported.rounds === 0) {
    output.warn(`There are no readings of these days in ${folder}\n`);
    return 1;
  }
  const skipped = exported.skipped === 0 ? '' : `. Left out, as they cannot be read: ${exported.skipped}`;
  if (out !== '-') {
    output.write(`${out}: ${exported.rounds} readings of ${exported.days} days${skipped}\n`);
  }
  return 0;
}

function dayOf(option: string, typed: string | undefined, otherwise: string): string {
  if (typed === undefined) {
    return otherwise;
  }
  const isDay = /^\d{4}-\d\d-\d\d$/.test(typed) && !Number.isNaN(Date.parse(`${typed}T00:00:00Z`));
  if (!isDay) {
    throw new UsageError(`${option} ${typed} is no day: write it as 2026-06-30`);
  }
  return typed;
}

/** @throws UsageError where the options name no place */
function folderOf(file: string | undefined, environment: Environment): string {
  const named = file === undefined && environment.CONFIG_FILE === undefined ? environment.APS_HISTORY_DIR : undefined;
  const folder = named || loadOptions(file, environment).options.historyDir;
  if (folder === null) {
    throw new UsageError('The options name no folder for the history: say where it lies with --dir FOLDER');
  }
  return folder;
}

/** Nothing is left of a file to which nothing could be written. */
async function writeTo<T>(
  out: string,
  output: ToolWorld['output'],
  work: (write: (text: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  if (out === '-') {
    return work(async (text) => output.write(text));
  }
  try {
    const handle = await open(out, 'w');
    try {
      return await work(async (text) => {
        await handle.writeFile(text);
      });
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new UsageError(`${out} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}
