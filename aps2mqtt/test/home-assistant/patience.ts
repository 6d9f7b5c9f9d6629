import { expect } from 'vitest';

const PAUSE_MS = 500;

/** Asks until nothing is left to wish for; fails with what is. */
export async function settle<T>(ms: number, wishes: () => Promise<readonly T[]>): Promise<void> {
  for (const end = performance.now() + ms; ; ) {
    const left = await wishes();
    if (left.length === 0 || performance.now() > end) {
      expect(left).toEqual([]);
      return;
    }
    await pause(PAUSE_MS);
  }
}

/** Asks until it is there. */
export async function found<T>(what: string, ms: number, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + ms; ; ) {
    const value = await look();
    if (value !== undefined) {
      return value;
    }
    if (performance.now() > end) {
      throw new Error(`waited ${ms} ms for ${what}`);
    }
    await pause(PAUSE_MS);
  }
}

/** Asks until it is so. */
export async function comes(what: string, ms: number, isThereYet: () => Promise<boolean>): Promise<void> {
  await found(what, ms, async () => (await isThereYet()) || undefined);
}

/** For what happens in Home Assistant while nothing can be asked for it. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
