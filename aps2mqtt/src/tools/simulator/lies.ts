import { SUMMARY } from '../../ecu/commands.ts';
import type { ReplySource } from './request.ts';

/** What the summary can lie in. Each has one lie at most. */
export type LieTopic = 'lifetime' | 'today' | 'spike' | 'power';

/** Makes another summary of one. It may write into it. */
export type Lie = (summary: Buffer) => void;

/** Answers like another source, but for the values that it was told to lie in. */
export interface LyingSource extends ReplySource {
  /** @param times so many summaries, Infinity for all */
  lie(topic: LieTopic, lie: Lie, times: number): void;
  /** The truth from here on. */
  behave(): void;
}

export function lyingSource(source: ReplySource): LyingSource {
  const lies = new Map<LieTopic, { readonly lie: Lie; left: number }>();
  return {
    reply(request) {
      const reply = source.reply(request);
      if (request.command !== SUMMARY || reply === null || reply.length < COUNTERS_END) {
        return reply;
      }
      const copy = Buffer.from(reply);
      for (const [topic, entry] of lies) {
        entry.lie(copy);
        entry.left--;
        if (entry.left <= 0) {
          lies.delete(topic);
        }
      }
      return copy;
    },
    lie: (topic, lie, times) => {
      lies.delete(topic);
      lies.set(topic, { lie, left: times });
    },
    behave: () => lies.clear(),
  };
}

/** A counter of the summary: where it stands, and how many of it make one kWh or W. */
interface Counter {
  readonly at: number;
  readonly perUnit: number;
}

export const LIFETIME: Counter = { at: 27, perUnit: 10 };
export const POWER: Counter = { at: 31, perUnit: 1 };
export const TODAY: Counter = { at: 35, perUnit: 100 };

const COUNTERS_END = 39;
const MOST = 0xff_ff_ff_ff;

/** kWh or W that a counter has room for. */
export const mostOf = ({ perUnit }: Counter) => MOST / perUnit;

/** @param value kWh or W, from 0 */
export function saying({ at, perUnit }: Counter, value: number): Lie {
  return (summary) => {
    summary.writeUInt32BE(Math.min(MOST, Math.round(value * perUnit)), at);
  };
}

/** Both energies are so many kWh off, though never below 0. */
export function spiking(kWh: number): Lie {
  return (summary) => {
    for (const { at, perUnit } of [LIFETIME, TODAY]) {
      const value = summary.readUInt32BE(at) + Math.round(kWh * perUnit);
      summary.writeUInt32BE(Math.min(MOST, Math.max(0, value)), at);
    }
  };
}
