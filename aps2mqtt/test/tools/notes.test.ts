import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { ecuClient } from '../../src/ecu/client.ts';
import { silentLogger } from '../../src/logger.ts';
import { assemble } from '../../src/site/assemble.ts';
import { notesOf } from '../../src/tools/notes.ts';
import { report } from '../../src/tools/report.ts';
import type { SiteDescription } from '../../src/tools/simulator/description.ts';
import type { Fault } from '../../src/tools/simulator/faults.ts';
import { type SimulatedSite, simulatedSite } from '../../src/tools/simulator/site.ts';
import { FaultQueue } from '../support/faultQueue.ts';
import { memoryTransport } from '../support/memoryTransport.ts';

const NOON = new Date('2026-06-21T10:00:30Z');
const NIGHT = new Date('2026-06-21T23:00:30Z');
const ZONE = 'Europe/Paris';

interface Case {
  readonly description?: Partial<SiteDescription>;
  readonly change?: (site: SimulatedSite) => void;
  readonly signalFault?: Fault;
  readonly at?: Date;
  /** What the person told. */
  readonly timezone?: string;
}

async function look({ description, change, signalFault, at = NOON, timezone = ZONE }: Case) {
  const site = simulatedSite(
    { ecu: 'ecu-r-pro', inverters: [{ family: 'ds3', count: 2 }], timeZone: ZONE, ...description },
    { now: () => at },
  );
  change?.(site);
  const faults = new FaultQueue();
  if (signalFault !== undefined) {
    faults.add(signalFault, { command: '0030', times: 2 });
  }
  const clock = { ...systemClock, sleep: async () => {} };
  const client = ecuClient(memoryTransport(site, faults), clock, silentLogger);
  const reading = await client.readAll(new AbortController().signal);
  const snapshot = assemble(reading, at, { name: null, timezone }, []);
  const notes = notesOf(reading, snapshot, timezone, 'aps2mqtt');
  const output = { write: () => {}, warn: () => {}, progress: () => {}, isColoured: false };
  return { notes, text: report(snapshot, reading.summary, notes, timezone, output), site };
}

it('there is none where all is well', async () => {
  const { notes, text } = await look({});
  expect(notes).toEqual([]);
  expect(text).not.toContain('Note:');
  expect(text).toContain("\nits time zone Europe/Paris, last upload to the vendor's cloud 12:00, 30 seconds ago\n");
});

it.each<[string, Case, RegExp]>([
  [
    'no data yet',
    { change: (site) => site.setStatus('02') },
    /^This ECU-R-Pro has no data from its inverters yet: .* since it started\. Ask again in ten minutes\.$/,
  ],
  ['no inverters', { description: { inverters: [] } }, /^It has no inverters\. Register them .* vendor's app\.$/],
  [
    'an inverter never heard',
    { description: { inverters: [{ family: 'ds3' }, { family: 'ds3', id: '704000000099', state: 'neverHeard' }] } },
    /^Not heard since the ECU started: 704000000099\. By day/,
  ],
  [
    'a whole array never heard',
    { description: { inverters: [{ family: 'ds3', count: 2, state: 'neverHeard' }] } },
    /^Not heard since the ECU started: \d{12}, \d{12}\. By day/,
  ],
  ['night', { at: NIGHT }, /^No inverter is online\. In the dark/],
  ['no signal', { signalFault: { kind: 'close' } }, /^The signal of its inverters could not be read/],
  ['a clock that is not set', { change: (site) => site.setClockOffset(null) }, /^Its clock is not set/],
  [
    'another zone than the ECU says',
    { timezone: 'America/New_York' },
    /^Its own time zone is Europe\/Paris, but .* read as America\/New_York: set Time zone \(timezone, APS_ECU_TIMEZONE\) to Europe\/Paris\.$/,
  ],
  [
    'another zone than that of an ECU which does not tell',
    { description: { ecu: 'ecu-b' }, timezone: 'UTC' },
    /its last poll round begins in 2 hours\. Is UTC the time zone/,
  ],
  [
    'a clock that is wrong by days',
    { change: (site) => site.setClockOffset(-3 * 86_400) },
    /its last poll round began 3 days ago\. One of the two clocks is wrong/,
  ],
])('%s is worth one', async (_, given, expected) => {
  const { notes, text } = await look(given);
  expect(notes).toEqual([expect.stringMatching(expected)]);
  expect(text).toContain(`\nNote: ${notes[0]}\n`);
});

it.each<[string, Case]>([
  ['a zone with the same hour', { timezone: 'Europe/Amsterdam' }],
  ['the zone that an ECU-B says wherever it is', { description: { ecu: 'ecu-b' } }],
  ['half an hour of rest', { change: (site) => site.setClockOffset(-30 * 60) }],
])('%s is worth none', async (_, given) => {
  expect((await look(given)).notes).toEqual([]);
});

it('a record of unknown type is told with its bytes, and what to do', async () => {
  const odd = { type: '09', body: Buffer.from('3039', 'hex') };
  const { notes } = await look({
    description: { inverters: [{ family: 'ds3', id: '704000000011' }, { family: 'qs1' }] },
    change: (site) => site.setRecord('704000000011', odd),
  });
  expect(notes).toEqual([
    'This ECU-R-Pro: inverter 704000000011 sends a record of unknown type 09 (bytes: 7040000000110130393039)',
    'Please report it: aps2mqtt capture writes down what the ECU said.',
  ]);
});

it('an ECU whose inverters are not supported is told so', () => {
  const reading = { kind: 'unsupported', deviceClass: '02', count: 3 } as const;
  const site = simulatedSite({ ecu: 'ecu-r', inverters: [] }, { now: () => NOON });
  const all = { summary: site.state().summary, inverters: reading, signal: null };
  const snapshot = assemble(all, NOON, { name: null, timezone: ZONE }, []);
  expect(notesOf(all, snapshot, ZONE, 'aps2mqtt')).toEqual([
    expect.stringMatching(
      /^This ECU-R sends 3 records of device class 02, .*only its totals are shown\. Please report/,
    ),
  ]);
});
