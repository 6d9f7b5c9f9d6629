import type { InverterRecord } from '../ecu/inverters.ts';
import { odditiesOf } from '../ecu/oddities.ts';
import type { EcuReading } from '../ecu/reading.ts';
import { NEVER_HEARD } from '../ecu/records.ts';
import type { EcuSummary } from '../ecu/summary.ts';
import { allNames } from '../options/names.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { otherZone } from '../site/zone.ts';
import { ago } from './moment.ts';

const HOUR_MS = 3_600_000;
/** Half an hour of rest about 02:00 and a round are no reason to doubt a clock. */
const LATE_MS = 0.75 * HOUR_MS;
/** No two time zones are further apart. */
const WIDEST_ZONES_MS = 26.5 * HOUR_MS;

/**
 * What a person should know of a reading beyond its values, and what it means. One entry each.
 *
 * @param program how the person started this program
 */
export function notesOf(reading: EcuReading, snapshot: EcuSnapshot, timezone: string, program: string): string[] {
  const report = `Please report it: ${program} capture writes down what the ECU said.`;
  const { summary, inverters } = reading;
  const odd = odditiesOf(reading.inverters, `This ${snapshot.model}`);
  switch (inverters.kind) {
    case 'noData':
      return odd.map(({ text }) => `${text}. Ask again in ten minutes.`);
    case 'unsupported':
      return odd.map(({ text }) => `${text}. ${report}`);
    case 'data':
      return [
        ...odd.map(({ text, bytes }) => `${text} (bytes: ${bytes?.toString('hex')})`),
        ...(odd.length === 0 ? [] : [report]),
        ...inverterNotes(inverters.records, reading),
        ...clockNotes(snapshot, summary, timezone),
      ];
  }
}

function inverterNotes(records: readonly InverterRecord[], { summary, signal }: EcuReading): string[] {
  if (summary.invertersRegistered === 0) {
    return ["It has no inverters. Register them in it with the vendor's app."];
  }
  const silent = records.filter(({ type }) => type === NEVER_HEARD).map(({ id }) => id);
  const isDark = records.length > silent.length && !records.some(({ online }) => online);
  return [
    ...(silent.length === 0
      ? []
      : [
          `Not heard since the ECU started: ${silent.join(', ')}. ` +
            'By day this may take ten minutes; after that, look at their power and their distance.',
        ]),
    ...(isDark ? ['No inverter is online. In the dark this is as it should be.'] : []),
    ...(signal === null ? ['The signal of its inverters could not be read this time. It is all that is missing.'] : []),
  ];
}

/** A wrong zone shifts the time of the values, and the day that today's energy belongs to. */
function clockNotes({ round, takenAt }: EcuSnapshot, summary: EcuSummary, timezone: string): string[] {
  if (round === null) {
    return ['Its clock is not set, so nobody knows how old these values are.'];
  }
  const own = otherZone(summary, timezone, takenAt);
  if (own !== null) {
    return [
      `Its own time zone is ${own}, but its times were read as ${timezone}: set ${allNames('ecu.timezone')} to ${own}.`,
    ];
  }
  const at = takenAt.getTime();
  const ahead = Date.parse(round) - at;
  if (Math.abs(ahead) < LATE_MS) {
    return [];
  }
  const when = `By this computer's clock its last poll round ${ahead > 0 ? 'begins' : 'began'} ${ago(new Date(round), takenAt)}.`;
  return [
    Math.abs(ahead) < WIDEST_ZONES_MS
      ? `${when} Is ${timezone} the time zone of the ECU's clock? If not, set ${allNames('ecu.timezone')}.`
      : `${when} One of the two clocks is wrong, or it has stopped asking its inverters.`,
  ];
}
