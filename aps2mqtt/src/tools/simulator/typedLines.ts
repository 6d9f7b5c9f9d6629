import { UsageError } from '../../errors.ts';
import { describeFaults, parseFault } from './faultWords.ts';
import type { Simulator } from './server.ts';
import type { SimulatedSite } from './site.ts';

const HELP = `${describeFaults()}
  behave            ends all faults
  offline N         takes the last N inverters offline, and all others online
  never-heard N     the last N inverters were never heard, and all others are online
A fault may go on with a number of times, and with a query: silent 3, cut 40 2, cut 40 on signal.`;

/**
 * Does what a person typed while the simulator runs. A fault takes the place of those before it.
 *
 * @returns what to answer
 * @throws UsageError
 */
export async function obey(line: string, simulator: Simulator, site: SimulatedSite | null): Promise<string> {
  const [word = '', argument = ''] = line.trim().toLowerCase().split(/\s+/);
  switch (word) {
    case '':
      return '';
    case 'help':
      return HELP;
    case 'behave':
      await simulator.behave();
      return 'It behaves.';
    case 'offline':
    case 'never-heard': {
      const count = inverterCount(word, argument, site);
      markInverters(site, word === 'offline' ? count : 0, word === 'offline' ? 0 : count);
      return count === 0 ? 'All inverters are online.' : `The last ${count}: ${word}; all others: online.`;
    }
    default: {
      const { fault, misbehaviour } = parseFault(line);
      await simulator.behave();
      simulator.misbehave(fault, misbehaviour);
      return `It does: ${line.trim()}`;
    }
  }
}

function inverterCount(word: string, text: string, site: SimulatedSite | null): number {
  if (site === null) {
    throw new UsageError(`${word}: captured replies are served as they are`);
  }
  if (!/^\d{1,3}$/.test(text) || Number(text) > site.inverters.length) {
    throw new UsageError(`${word}: how many? A number from 0 to ${site.inverters.length}`);
  }
  return Number(text);
}

/** Of the last inverters so many are never heard, of those before them so many offline, and all others online. */
export function markInverters(site: SimulatedSite | null, offline: number, neverHeard: number): void {
  const fromLast = site?.inverters.toReversed() ?? [];
  for (const [index, { id }] of fromLast.entries()) {
    site?.setInverter(id, index < neverHeard ? 'neverHeard' : index < neverHeard + offline ? 'offline' : 'online');
  }
}
