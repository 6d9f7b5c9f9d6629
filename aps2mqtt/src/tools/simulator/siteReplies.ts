import { INVERTERS, SIGNAL, SUMMARY } from '../../ecu/commands.ts';
import type { InverterRecord } from '../../ecu/inverters.ts';
import type { KnownSummary } from '../../ecu/summary.ts';
import { FAMILIES, type FamilyFacts, type Inverter, panelCountOf } from './description.ts';
import {
  type EcuSystem,
  encodeError,
  encodeInverters,
  encodeRawRecord,
  encodeRecord,
  encodeSignal,
  encodeSummary,
} from './encode.ts';
import { measure } from './measure.ts';
import type { EcuRequest } from './request.ts';
import type { SiteState } from './siteState.ts';
import type { Weather } from './sun.ts';

/** What a test or a person set instead of what the sun and the clock make of a site. */
export interface Overrides {
  readonly powers: Map<string, readonly number[] | null>;
  readonly records: Map<string, { readonly type: string; readonly body: Buffer } | null>;
  summary: Partial<KnownSummary>;
  status: '00' | '01' | '02';
  /** Part of an inverter's full power that it may make; 1 for no limit. */
  readonly limitAt: (round: number) => number;
}

const NEVER_HEARD = '00';

/** What the decoder should find of this inverter in a round. */
export function readInverter(
  inverter: Inverter,
  weather: Weather,
  round: number,
  overrides: Overrides,
): InverterRecord {
  const { id, family, state } = inverter;
  const online = state === 'online' && weather.isDay;
  const raw = overrides.records.get(id);
  if (raw) {
    return { id, online, type: raw.type, channels: null, measurement: null };
  }
  if (state === 'neverHeard') {
    return { id, online: false, type: NEVER_HEARD, channels: null, measurement: null };
  }
  const { type, layout }: FamilyFacts = FAMILIES[family];
  const powers = panelCountOf(family);
  const measured = measure(inverter, weather, round);
  const limit = overrides.limitAt(round);
  const most = FAMILIES[family].peak * powers * limit;
  const limited = (free: readonly number[]) => {
    const total = free.reduce((sum, power) => sum + power, 0);
    return limit === 1 || total <= most ? free : free.map((power) => Math.floor((power * most) / total));
  };
  return {
    id,
    online,
    type,
    channels: { powers, voltages: layout.length - powers },
    measurement: online ? { ...measured, powers: limited(overrides.powers.get(id) ?? measured.powers) } : null,
  };
}

/** W of each panel, by inverter. */
export function panelPowers(records: readonly InverterRecord[]): ReadonlyMap<string, readonly number[]> {
  return new Map(records.map(({ id, measurement }) => [id, measurement?.powers ?? []]));
}

/** W, of all panels. */
export function totalPower(records: readonly InverterRecord[]): number {
  return [...panelPowers(records).values()].flat().reduce((total, power) => total + power, 0);
}

/** The bytes for a request: like a real ECU, silence for an unknown command and status 01 for another one's id. */
export function answer(
  { command, ecuId }: EcuRequest,
  state: SiteState,
  overrides: Overrides,
  ownId: string,
  system: EcuSystem,
): Buffer | null {
  switch (command) {
    case SUMMARY:
      return encodeSummary(state.summary, system);
    case INVERTERS:
    case SIGNAL: {
      const status = ecuId === ownId ? overrides.status : '01';
      if (status !== '00') {
        return encodeError(command, status);
      }
      return command === SIGNAL ? encodeSignal(state.signal) : inverters(state, overrides, system);
    }
    default:
      return null;
  }
}

function inverters({ stamp, records }: SiteState, overrides: Overrides, system: EcuSystem): Buffer {
  const encoded = records.map((record) => {
    const raw = overrides.records.get(record.id);
    return raw || record.channels === null
      ? encodeRawRecord(record, raw?.body)
      : encodeRecord(record, record.measurement, system);
  });
  return encodeInverters({ stamp, records: encoded, system });
}
