import { UsageError } from '../../errors.ts';
import { spanOf } from './span.ts';
import type { SunJump } from './sun.ts';
import { eachSite, type Word, type Words } from './words.ts';

const sun = (word: string, to: SunJump | null, meaning: string, done: string): Word => ({
  usage: word,
  meaning,
  parse: (_, sites) =>
    eachSite(word, sites, (site) => {
      if (!site.sendSun(to)) {
        throw new UsageError(`${word}: its sun neither rises nor sets today`);
      }
      return done;
    }),
});

const KWH = /^\d{1,8}(?:\.\d+)?$/;

const counting = (name: string, what: string, set: 'setLifetimeEnergy' | 'setTodayEnergy'): Word => ({
  usage: `${name} KWH`,
  meaning: `its counter of ${what} goes on from there, for good`,
  parse([text = '', ...surplus], sites) {
    if (!KWH.test(text) || surplus.length > 0) {
      throw new UsageError(`${name}: from how many kWh? For example: ${name} 0`);
    }
    return eachSite(name, sites, (site) => {
      site[set](Number(text));
      return `It counts on from ${text} kWh.`;
    });
  },
});

/** Words about the ECU's sun, clock and counters. */
export const SKY_WORDS: Words = {
  sunrise: sun('sunrise', 'sunrise', 'its sun jumps there: the inverters wake', 'Its sun rises.'),
  noon: sun('noon', 'noon', 'its sun jumps there', 'Its sun stands at noon.'),
  sunset: sun('sunset', 'sunset', 'its sun jumps there: the inverters fall asleep', 'Its sun sets.'),
  'real-sun': sun('real-sun', null, 'its sun is where it truly is', 'Its sun is where it truly is.'),
  clock: {
    usage: 'clock SPAN|right|never',
    meaning: 'its clock is so much ahead, such as +1h or -2d; is right; was never set',
    parse([text = '', ...surplus], sites) {
      const offset = text === 'right' ? 0 : text === 'never' ? null : spanOf(text);
      if (Number.isNaN(offset) || surplus.length > 0) {
        throw new UsageError('clock: how wrong? For example: clock +1h, clock -2d, clock right, clock never');
      }
      return eachSite('clock', sites, (site) => {
        site.setClockOffset(offset);
        return offset === null
          ? 'Its clock was never set.'
          : offset === 0
            ? 'Its clock is right.'
            : `Its clock: ${text}.`;
      });
    },
  },
  freeze: {
    usage: 'freeze',
    meaning: 'its poll round stands still, with stamp and values, until behave',
    parse: (_, sites) =>
      eachSite('freeze', sites, (site) => {
        site.freeze(true);
        return 'Its poll round stands still.';
      }),
  },
  'lifetime-from': counting('lifetime-from', 'lifetime', 'setLifetimeEnergy'),
  'today-from': counting('today-from', 'today', 'setTodayEnergy'),
};
