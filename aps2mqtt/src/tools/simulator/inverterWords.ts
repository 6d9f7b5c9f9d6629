import { UsageError } from '../../errors.ts';
import { familyFor } from './inverterNames.ts';
import type { SimulatedSite } from './siteState.ts';
import { parseWeak } from './weak.ts';
import { eachSite, siteFor, type Word, type Words } from './words.ts';

const marking = (name: 'offline' | 'never-heard', meaning: string): Word => ({
  usage: `${name} N`,
  meaning,
  parse([text = '', ...surplus], sites) {
    const most = Math.min(...sites.map((site) => siteFor(name, site).inverters.length));
    if (!/^\d{1,3}$/.test(text) || Number(text) > most || surplus.length > 0) {
      throw new UsageError(`${name}: how many? A number from 0 to ${most}`);
    }
    const count = Number(text);
    return eachSite(name, sites, (site) => {
      markInverters(site, name === 'offline' ? count : 0, name === 'offline' ? 0 : count);
      return describeMarked(site, count, name);
    });
  },
});

/** Of the last inverters so many are never heard, of those before them so many offline, and all others online. */
export function markInverters(site: SimulatedSite, offline: number, neverHeard: number): void {
  for (const [index, { id }] of site.inverters.toReversed().entries()) {
    site.setInverter(id, index < neverHeard ? 'neverHeard' : index < neverHeard + offline ? 'offline' : 'online');
  }
}

/** At night nothing is online, whatever was asked for. */
function describeMarked(site: SimulatedSite, count: number, name: 'offline' | 'never-heard'): string {
  const all = site.inverters.length;
  const how = name === 'offline' ? (count === 1 ? 'is offline' : 'are offline') : 'never heard';
  const last = count === 1 ? 'The last inverter' : `The last ${count} inverters`;
  const marked = name === 'offline' ? `${last} ${how}` : `${last} ${count === 1 ? 'was' : 'were'} ${how}`;
  const others = site.state().isDay ? 'online' : 'asleep, as it is night there';
  if (count === 0) {
    return `All inverters are ${others}.`;
  }
  return count === all ? `${marked}: these are all.` : `${marked}, all others are ${others}.`;
}

/** Words about the inverters and their panels. */
export const INVERTER_WORDS: Words = {
  offline: marking('offline', 'the last N inverters are offline, and all others online'),
  'never-heard': marking('never-heard', 'the last N inverters were never heard, and all others are online'),
  weak: {
    usage: 'weak ID/PANEL:PART',
    meaning: 'this panel makes so much of what it should, from 0 to 1',
    parse: ([text = '', ...surplus], sites) => {
      const all = sites.map((site) => siteFor('weak', site));
      const { id, panel, factor } = parseWeak(
        [text, ...surplus].join(' '),
        all.flatMap(({ inverters }) => inverters),
      );
      return eachSite('weak', sites, (site) => {
        if (!site.inverters.some((inverter) => inverter.id === id)) {
          return '';
        }
        site.setPanel(id, panel, { factor });
        return `Panel ${panel} of ${id} makes ${factor} of what it should.`;
      });
    },
  },
  add: {
    usage: 'add ID|FAMILY',
    meaning: 'an inverter more, such as add 704000000011 or add ds3',
    parse: ([text = ''], sites) => {
      const { family, id } = familyFor('add', text);
      return eachSite('add', sites, (site) => {
        const added = id === null ? site.addInverter(family) : site.addInverter(family, id);
        return `It has the inverter ${added} now.`;
      });
    },
  },
  remove: {
    usage: 'remove ID',
    meaning: 'an inverter less',
    parse: ([id = ''], sites) =>
      eachSite('remove', sites, (site) => {
        site.removeInverter(id);
        return `It has the inverter ${id} no more.`;
      }),
  },
};
