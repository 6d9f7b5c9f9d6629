import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fieldOf, ROUND } from '../../../history/dayText.ts';
import type { YearsArguments } from './arguments.ts';
import { type SimulatedDay, simulateYears } from './years.ts';

/**
 * Writes a file a day in the history's form. Files of the same days are replaced.
 *
 * @returns how many
 * @throws Error of the file system
 */
export async function writeYears({ folder, ecuId, years }: YearsArguments): Promise<number> {
  const place = path.join(folder, ecuId);
  await mkdir(place, { recursive: true });
  let count = 0;
  for (const day of simulateYears(years)) {
    await writeFile(path.join(place, `${day.day}.csv`), dayText(day));
    count++;
  }
  return count;
}

export function dayText({ stamps, columns }: SimulatedDay): string {
  const lists = [...columns.values()];
  const lines = stamps.map((stamp, index) => [stamp, ...lists.map((list) => fieldOf(list[index] ?? null))].join(','));
  return `${[[ROUND, ...columns.keys()].join(','), ...lines].join('\n')}\n`;
}

export function writtenWords({ folder, ecuId, years }: YearsArguments, count: number): string {
  const ids = years.inverters.map(({ id }) => id).join(',');
  return `${count} days until ${years.lastDay} are in ${path.join(folder, ecuId)}.
To see what is made of them, set APS_HISTORY_DIR to ${folder} and read an ECU that has them:
  aps2mqtt simulate --ecu ${ecuId} --inverters ${ids}`;
}
