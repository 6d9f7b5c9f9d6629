import { DateTime } from 'luxon';
import type { EcuSummary } from '../ecu/summary.ts';
import type { EcuSnapshot, InverterSnapshot } from '../site/snapshot.ts';
import { ownZone } from '../site/zone.ts';
import { moment } from './moment.ts';
import { type Align, alignColumns, type Output, styled } from './terminal.ts';

const HEADS = ['inverter', 'family', 'state', 'signal', 'temp.', 'grid', 'freq.', 'power', 'panels'];
const ALIGNS: readonly Align[] = ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'];

const unit = (value: number | null, name: string) => (value === null ? '-' : `${value} ${name}`);

/** What an ECU said, as a person reads it: a heading, the totals, a line an inverter, and what is worth knowing. */
export function report(
  snapshot: EcuSnapshot,
  summary: EcuSummary,
  notes: readonly string[],
  timezone: string,
  output: Output,
): string {
  const { model, ecuId, firmware, round, takenAt, invertersRegistered, invertersOnline } = snapshot;
  const values = round === null ? 'at an unknown time' : moment(new Date(round), takenAt, timezone);
  const [head, ...lines] = alignColumns([HEADS, ...snapshot.inverters.map(row)], ALIGNS);
  const coloured = lines.map((line, index) => {
    const isOnline = snapshot.inverters[index]?.online === true;
    return isOnline ? line : styled(output, 'dim', line);
  });
  return [
    styled(output, 'bold', `${model} ${ecuId}, firmware ${firmware ?? 'unknown'}`),
    `now ${unit(snapshot.currentPower, 'W')}, today ${unit(snapshot.todayEnergy, 'kWh')}, lifetime ${unit(snapshot.lifetimeEnergy, 'kWh')}`,
    `${invertersOnline ?? '-'} of ${invertersRegistered ?? '-'} inverters online, last values ${values}`,
    ...cloudLine(summary, takenAt, timezone),
    ...(snapshot.inverters.length === 0 ? [] : ['', styled(output, 'dim', head ?? ''), ...coloured]),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `${styled(output, 'yellow', 'Note:')} ${note}`)]),
    '',
  ].join('\n');
}

/** By the ECU's own clock and zone, which is how the vendor's app has them. */
function cloudLine(summary: EcuSummary, now: Date, timezone: string): string[] {
  const zone = ownZone(summary);
  const upload = DateTime.fromSQL(summary.lastUpload ?? '', { zone: zone ?? timezone });
  const parts = [
    ...(zone === null ? [] : [`its time zone ${zone}`]),
    ...(upload.isValid ? [`last upload to the vendor's cloud ${moment(upload.toJSDate(), now, upload.zoneName)}`] : []),
  ];
  return parts.length === 0 ? [] : [parts.join(', ')];
}

function row(inverter: InverterSnapshot): string[] {
  const { id, family, online, signal, temperature, frequency, voltages, powers } = inverter;
  const state = online === null ? 'unknown' : online ? 'online' : 'offline';
  const known = powers.filter((power) => power !== null);
  return [
    id,
    family ?? '?',
    state,
    unit(signal, '%'),
    unit(temperature, '°C'),
    voltages.some((voltage) => voltage !== null) ? `${[...new Set(voltages)].join('/')} V` : '-',
    unit(frequency, 'Hz'),
    known.length === 0 ? '-' : `${known.reduce((sum, power) => sum + power, 0)} W`,
    powers.map((power) => power ?? '-').join(' '),
  ];
}
