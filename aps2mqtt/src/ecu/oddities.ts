import type { InvertersReply } from './inverters.ts';

/** Something in a reply that a person should know of: the log tells it once, `probe` whenever it is asked. */
export interface Oddity {
  readonly text: string;
  /** The bytes that it is about. */
  readonly bytes: Buffer | null;
}

/** @param name what the ECU is called */
export function odditiesOf(inverters: InvertersReply, name: string): Oddity[] {
  switch (inverters.kind) {
    case 'noData': {
      const text = `${name} has no data from its inverters yet: it has not finished a poll round since it started`;
      return [{ text, bytes: null }];
    }
    case 'unsupported': {
      const what = `${inverters.count} records of device class ${inverters.deviceClass}`;
      return [{ text: `${name} sends ${what}, which are not supported: only its totals are shown`, bytes: null }];
    }
    case 'data':
      return inverters.leftOut.map(({ reason, bytes }) => ({ text: `${name}: ${reason}`, bytes }));
  }
}
