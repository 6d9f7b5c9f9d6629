import { isIP } from 'node:net';
import { codeOf, messageOf, UsageError } from '../../errors.ts';
import type { Place } from './simulator.ts';
import { each, type Stage, together, type Words } from './words.ts';

/** Why an ECU cannot listen there. */
export function placeProblem({ host, port }: Place, error: unknown): string {
  const reason = codeOf(error) === 'EADDRINUSE' ? 'is taken' : `cannot be served: ${messageOf(error)}`;
  return `port ${port} at ${host} ${reason}`;
}

/** Words about where the ECUs listen. */
export const PLACE_WORDS: Words = {
  move: {
    usage: 'move PORT|ADDRESS',
    meaning: 'listens there from now on: move 8901, move 127.0.0.3:8899',
    parse([text = '', ...surplus], sites) {
      if (sites.length > 1) {
        throw new UsageError(`move: which ECU? For example: 2: move ${text || 8901}`);
      }
      const to = placeOf(text);
      if (to === null || surplus.length > 0) {
        throw new UsageError('move: where to? For example: move 8901, move 127.0.0.3, move 127.0.0.3:8899');
      }
      return each(async ({ simulator }) => {
        const before = { host: simulator.host, port: simulator.port };
        const there = { ...before, ...to };
        await simulator.leave();
        try {
          await simulator.settle(there);
        } catch (error) {
          await simulator.settle(before);
          throw new UsageError(`move: ${placeProblem(there, error)}`, { cause: error });
        }
        return `It listens at ${simulator.host}, port ${simulator.port} now.`;
      });
    },
  },
  swap: {
    usage: 'swap',
    meaning: 'the ECUs swap their addresses; of more than two, each takes that of the next one',
    parse(words, sites) {
      if (words.length > 0) {
        throw new UsageError('swap: nothing stands behind it');
      }
      if (sites.length < 2) {
        throw new UsageError('swap: this takes two ECUs, such as --ecus 2, and no number before it');
      }
      return together(swap);
    },
  },
};

/** `8901`, `127.0.0.3` or both; null for what is no place. */
function placeOf(text: string): Partial<Place> | null {
  const [, host, port] = /^(?:(.*?):)?(\d{1,5})$/.exec(text) ?? [];
  if (isIP(text) !== 0) {
    return { host: text };
  }
  if (port === undefined || Number(port) > 65_535 || (host !== undefined && isIP(host) === 0)) {
    return null;
  }
  return { ...(host !== undefined && { host }), port: Number(port) };
}

async function swap({ ecus }: Stage): Promise<string> {
  const places = ecus.map(({ simulator: { host, port } }) => ({ host, port }));
  await Promise.all(ecus.map(({ simulator }) => simulator.leave()));
  const answers: string[] = [];
  for (const [index, { simulator }] of ecus.entries()) {
    const place = places[(index + 1) % places.length] ?? simulator;
    // One whose new place is taken meanwhile keeps no other from settling.
    const problem = await simulator.settle(place).then(
      () => null,
      (error: unknown) => placeProblem(place, error),
    );
    answers.push(`${index + 1}: ${problem ?? `${simulator.host}, port ${simulator.port}`}`);
  }
  return answers.join('; ');
}
