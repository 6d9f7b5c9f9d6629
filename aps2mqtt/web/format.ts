import { language, words } from './words.ts';

const formats = new Map<number, Intl.NumberFormat>();

/** In the reader's language. */
export function number(value: number, digits = 0): string {
  let format = formats.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  return format.format(value);
}

/** With its unit; a dash for what is not known. */
export const amount = (value: number | null | undefined, unit: string, digits = 0) =>
  typeof value === 'number' ? `${number(value, digits)} ${unit}` : '–';

export const watts = (value: number | null) =>
  value !== null && Math.abs(value) >= 10_000 ? amount(value / 1_000, 'kW', 1) : amount(value, 'W');

export const kilowattHours = (value: number | null) => amount(value, 'kWh', value !== null && value < 100 ? 2 : 0);

/** Hours and minutes as the ECU's own clock has them: its stamps carry its offset. */
export const clockOf = (stamp: string) => stamp.slice(11, 16);

/** Of our own clock. */
export const timeOf = (moment: string | Date) =>
  new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(moment));

export const dayOf = (day: string) =>
  new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );

/** Minutes and seconds. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')} h` : `${minutes}:${tail}`;
}

const KINDS: Readonly<Record<string, string>> = {
  weak: words.weak,
  faulty: words.faulty,
  dead: words.dead,
  offline: words.offline,
};

export const alarmWords = (kind: string, reason: string | null) =>
  `${KINDS[kind] ?? words.problem}${reason === null ? '' : `: ${reason}`}`;
