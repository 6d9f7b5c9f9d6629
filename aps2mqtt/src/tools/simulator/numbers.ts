import { UsageError } from '../../errors.ts';

type Read<T> = (name: keyof T & string, fallback: number, from: number, to: number) => number;

/** Reads options as numbers; the fallback, which need not be within the range, where one was not typed. */
export function numbersOf<T extends Readonly<Record<string, unknown>>>(
  values: T,
): { readonly number: Read<T>; readonly whole: Read<T> } {
  const number: Read<T> = (name, fallback, from, to) => {
    const text = values[name];
    if (text === undefined) {
      return fallback;
    }
    const value = Number(text);
    if (text === '' || !(value >= from && value <= to)) {
      throw new UsageError(`--${name} ${text}: a number from ${from} to ${to}`);
    }
    return value;
  };
  const whole: Read<T> = (name, fallback, from, to) => {
    const value = number(name, fallback, from, to);
    if (!Number.isInteger(value)) {
      throw new UsageError(`--${name} ${value}: a whole number`);
    }
    return value;
  };
  return { number, whole };
}
