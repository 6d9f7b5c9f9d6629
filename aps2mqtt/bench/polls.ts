import type { Ear } from './ear.ts';
import type { BenchEcu } from './ecu.ts';

/** What the broker heard of a program's polls. Times are ms by `performance.now()`. */
export interface Polls {
  /** When the first value of an inverter was heard. */
  firstValues(): number | null;
  /** Of each poll that was heard to its end: ms from its first query to its last inverter, without the ECU's time. */
  readonly ownTimes: readonly number[];
  /** Polls begun. */
  begun(): number;
  /** Resolves with the first poll's last inverter; false after so many ms. */
  firstDone(timeout: number): Promise<boolean>;
  stop(): void;
}

/** Follows the polls of the one program that reads this ECU. */
export function followPolls(ecu: BenchEcu, ear: Ear, prefix: string): Polls {
  const topics = ecu.inverterTopics(prefix);
  const known = new Set(topics);
  const ownTimes: number[] = [];
  const missing = new Set<string>();
  let firstValues: number | null = null;
  let begun = 0;
  let current = { askedAt: 0, answeredBefore: 0 };
  let onDone = () => {};
  const done = new Promise<true>((resolve) => {
    onDone = () => resolve(true);
  });

  ecu.onPoll((at) => {
    begun++;
    current = { askedAt: at, answeredBefore: ecu.answering() };
    for (const topic of topics) {
      missing.add(topic);
    }
  });
  const stop = ear.onMessage((topic, at) => {
    if (!known.has(topic)) {
      return;
    }
    firstValues ??= at;
    // Values may be said again; each counts once in a poll.
    if (missing.delete(topic) && missing.size === 0) {
      ownTimes.push(at - current.askedAt - (ecu.answering() - current.answeredBefore));
      onDone();
    }
  });

  return {
    firstValues: () => firstValues,
    ownTimes,
    begun: () => begun,
    stop,
    async firstDone(timeout) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(resolve, timeout, false);
      });
      const isDone = await Promise.race([done, late]);
      clearTimeout(timer);
      return isDone;
    },
  };
}
