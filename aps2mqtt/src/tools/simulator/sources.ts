import { getTimes } from 'suncalc';
import type { Clock } from '../../clock.ts';
import { readCapture } from '../captureFile.ts';
import type { SimulateArguments } from './arguments.ts';
import { describeReplay, describeSites } from './greeting.ts';
import { markInverters } from './inverterWords.ts';
import { replaySource } from './replay.ts';
import type { ReplySource } from './request.ts';
import { simulatedSite } from './site.ts';
import type { SimulatedSite } from './siteState.ts';
import { brightOffset, wakesAt } from './sun.ts';

/** What the ECUs of a command line answer with. */
export interface EcuSources {
  /** One for each ECU. */
  readonly sources: readonly ReplySource[];
  /** Null while captures are replayed. */
  readonly sites: readonly (SimulatedSite | null)[];
  /** For people: what is served. */
  readonly words: string;
}

/** @throws UsageError where a capture cannot be read */
export function ecuSources(parsed: SimulateArguments, clock: Pick<Clock, 'now'>): EcuSources {
  const [first, ...others] = parsed.replay.map(readCapture);
  if (first !== undefined) {
    const captures = [first, ...others] as const;
    return { sources: [replaySource(captures)], sites: [null], words: describeReplay(captures) };
  }
  const now = clock.now();
  const isReal = parsed.realSun || parsed.day;
  const described = parsed.sites.map((site) => ({ ...site, sunOffset: isReal ? 0 : brightOffset(now, site.position) }));
  const sites = described.map((description) => simulatedSite(description, clock));
  for (const site of sites) {
    markInverters(site, parsed.offline, parsed.neverHeard);
  }
  return { sources: sites, sites, words: describeSites(sites, { ...parsed, sites: described }, now) };
}

/** Time from now on, or from when the inverters wake at today's sunrise, at the speed asked for. */
export function simulatedClock(
  { day, sites, speed }: Pick<SimulateArguments, 'day' | 'sites' | 'speed'>,
  clock: Pick<Clock, 'now'>,
): Pick<Clock, 'now'> {
  const began = clock.now();
  const position = sites[0]?.position;
  const sunrise = day && position !== undefined ? getTimes(began, position.latitude, position.longitude).sunrise : null;
  const from = (sunrise !== null && position !== undefined ? wakesAt(sunrise, position) : null) ?? began;
  return { now: () => new Date(from.getTime() + (clock.now().getTime() - began.getTime()) * speed) };
}
