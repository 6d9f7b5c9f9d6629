import { DateTime } from 'luxon';
import type { InverterRecord, InvertersReply } from '../ecu/inverters.ts';
import { ecuModel, inverterFamily } from '../ecu/models.ts';
import type { EcuReading } from '../ecu/reading.ts';
import { signalPercent } from '../ecu/signal.ts';
import type { EcuSummary } from '../ecu/summary.ts';
import type { EcuSnapshot, InverterSnapshot, KnownInverter } from './snapshot.ts';
import { UNJUDGED } from './verdict.ts';

export interface Place {
  /** The person's name for the ECU; null for none. */
  readonly name: string | null;
  /** IANA zone of its clock. */
  readonly timezone: string;
}

/**
 * Makes the snapshot of a reading. Inverters known from before that this reading leaves out stay in it, with nothing
 * known of them: their last values are never shown as fresh.
 */
export function assemble(
  { summary, inverters, signal }: EcuReading,
  takenAt: Date,
  place: Place,
  known: readonly KnownInverter[],
): EcuSnapshot {
  return {
    ...identity(summary.ecuId, place),
    ...totalsOf(summary),
    takenAt,
    round: roundOf(inverters, place, takenAt),
    todayEnergy: summary.todayEnergy,
    lifetimeEnergy: summary.lifetimeEnergy,
    lifetimeReset: null,
    countedEnergy: null,
    countedTodayEnergy: null,
    inverters: invertersOf(inverters, signal, known),
  };
}

/** What an ECU is called. */
export function identity(ecuId: string, { name }: Place): Pick<EcuSnapshot, 'ecuId' | 'name' | 'model'> {
  const model = ecuModel(ecuId).name;
  return { ecuId, name: name ?? model, model };
}

/** What a summary tells beside the energies, which are guarded; null for what is not known. */
export type Totals = Pick<EcuSnapshot, 'firmware' | 'currentPower' | 'invertersRegistered' | 'invertersOnline'>;

export function totalsOf({ firmware, currentPower, invertersRegistered, invertersOnline }: EcuSummary): Totals {
  return { firmware: firmware || null, currentPower, invertersRegistered, invertersOnline };
}

/** The poll round's time, ISO 8601; null where the ECU has no data, or no clock. */
export function roundOf(inverters: InvertersReply, { timezone }: Place, takenAt: Date): string | null {
  return inverters.kind === 'data' && inverters.stamp !== null ? roundTime(inverters.stamp, timezone, takenAt) : null;
}

/** All inverters: those of the reply, then the known ones that it leaves out. @param signal raw, by inverter id */
export function invertersOf(
  inverters: InvertersReply,
  signal: ReadonlyMap<string, number> | null,
  known: readonly KnownInverter[],
): InverterSnapshot[] {
  const records = inverters.kind === 'data' ? inverters.records : [];
  const listed = new Set(records.map(({ id }) => id));
  const before = new Map(known.map((inverter) => [inverter.id, inverter]));
  return [
    ...records.map((record) => inverterSnapshot(record, before.get(record.id), signal?.get(record.id))),
    ...known.filter(({ id }) => !listed.has(id)).map(missingInverter),
  ];
}

function inverterSnapshot(
  record: InverterRecord,
  before: KnownInverter | undefined,
  rawSignal: number | undefined,
): InverterSnapshot {
  const { id, online, measurement } = record;
  const family = inverterFamily(id);
  const channels = record.channels ?? before?.channels ?? family?.channels ?? null;
  const isUnread = online && measurement === null;
  return {
    id,
    family: family?.name ?? null,
    online,
    channels,
    signal: percentOf(rawSignal),
    temperature: measurement?.temperature ?? null,
    frequency: measurement?.frequency ?? null,
    powers: measurement?.powers ?? filled(channels?.powers, isUnread ? null : 0),
    voltages: measurement?.voltages ?? filled(channels?.voltages, null),
    counted: null,
    verdict: UNJUDGED,
  };
}

/** @param raw undefined where the ECU did not tell */
export const percentOf = (raw: number | undefined): number | null => (raw === undefined ? null : signalPercent(raw));

/** An inverter of which nothing is known right now. */
export function missingInverter({ id, channels }: KnownInverter): InverterSnapshot {
  const family = inverterFamily(id);
  const layout = channels ?? family?.channels ?? null;
  return {
    id,
    family: family?.name ?? null,
    online: null,
    channels: layout,
    signal: null,
    temperature: null,
    frequency: null,
    powers: filled(layout?.powers, null),
    voltages: filled(layout?.voltages, null),
    counted: null,
    verdict: UNJUDGED,
  };
}

function filled<T>(count: number | undefined, value: T): T[] {
  return Array.from({ length: count ?? 0 }, () => value);
}

/**
 * The moment of an ECU's stamp. In the hour that autumn repeats a stamp fits two moments: the one nearer to our own
 * clock is meant.
 */
export function roundTime(stamp: string, timezone: string, takenAt: Date): string | null {
  const local = DateTime.fromSQL(stamp, { zone: timezone });
  const moments = local.isValid ? local.getPossibleOffsets() : [];
  const distance = (moment: DateTime) => Math.abs(moment.toMillis() - takenAt.getTime());
  const [nearest] = moments.sort((a, b) => distance(a) - distance(b));
  return nearest?.toISO({ suppressMilliseconds: true }) ?? null;
}
