import { INVERTERS, SIGNAL, SUMMARY } from '../../src/ecu/commands.ts';
import type { Fault } from '../../src/tools/simulator/faults.ts';
import type { SimulatedSite } from '../../src/tools/simulator/site.ts';
import { AT_ONCE, type Broken, type FaultCase, NEXT_POLL, refused, replies, whileOdd } from './strikes.ts';

const patch = (change: (reply: Buffer) => Buffer): Fault => ({ kind: 'patch', patch: change });
const everyReply = (fault: Fault): readonly Broken[] =>
  [SUMMARY, INVERTERS, SIGNAL].map((command) => ({ fault, command }));
const counter = (offset: number, change: (raw: number) => number): Broken => ({
  command: SUMMARY,
  fault: patch((reply) => {
    reply.writeUInt32BE(change(reply.readUInt32BE(offset)), offset);
    return reply;
  }),
});
const [LIFETIME, TODAY] = [27, 35];

/** Control characters, wildcards of MQTT, a NUL, and 999 characters in all. */
const HOSTILE = `\u0007\n\r\u001b[31mEVIL/#/+\0${'x'.repeat(999)}`.slice(0, 999);

function withFirmware(reply: Buffer, firmware: string): Buffer {
  const rest = reply.subarray(55 + Number(reply.toString('latin1', 52, 55)));
  const text = Buffer.from(`${String(firmware.length).padStart(3, '0')}${firmware}`, 'latin1');
  const all = Buffer.concat([reply.subarray(0, 52), text, rest]);
  all.write(String(all.length - 1).padStart(4, '0'), 5, 'latin1');
  return all;
}

function withoutInverters(site: SimulatedSite): () => void {
  const before = [...site.inverters];
  for (const { id } of before) {
    site.removeInverter(id);
  }
  return () => {
    for (const { id, family, state } of before) {
      site.addInverter(family, id);
      site.setInverter(id, state);
    }
  };
}

const firstId = ({ inverters }: SimulatedSite) => inverters[0]?.id ?? '';

/** What goes wrong on the ECU's side. */
export const FAULTS: readonly FaultCase[] = [
  replies('is silent once', AT_ONCE, { fault: { kind: 'silent' }, command: SUMMARY }),
  replies('is silent for a poll', NEXT_POLL, { fault: { kind: 'silent' }, command: SUMMARY, polls: 1 }),
  replies('is silent for four polls', NEXT_POLL, { fault: { kind: 'silent' }, command: SUMMARY, polls: 4 }),
  refused,
  replies('resets the connection', AT_ONCE, { fault: { kind: 'reset' }, command: INVERTERS }),
  replies('closes without a byte', AT_ONCE, { fault: { kind: 'close' }, command: INVERTERS }),
  replies(
    'reply cut in the head, then before the last byte',
    AT_ONCE,
    { fault: { kind: 'cut', at: 7 }, command: SUMMARY },
    { fault: patch((reply) => reply.subarray(0, -1)), command: INVERTERS },
  ),
  replies('hangs in the middle of a reply', AT_ONCE, { fault: { kind: 'hang', at: 45 }, command: INVERTERS }),
  replies('sends byte by byte', AT_ONCE, ...everyReply({ kind: 'bytewise', pause: 2 })),
  replies('answers 9 s late', AT_ONCE, { fault: { kind: 'delay', ms: 9_000 }, command: INVERTERS }),
  replies('reply without end', AT_ONCE, { fault: { kind: 'endless' }, command: SUMMARY }),
  replies('reply to another query', AT_ONCE, { fault: { kind: 'command', value: '0004' }, command: INVERTERS }),
  replies(
    'length too short, then too long',
    AT_ONCE,
    { fault: { kind: 'length', value: 44 }, command: SUMMARY },
    { fault: { kind: 'length', value: 9_999 }, command: INVERTERS },
  ),
  replies('random bytes', AT_ONCE, { fault: { kind: 'garbage', count: 300 }, command: SUMMARY }),
  replies('more bytes behind each reply', AT_ONCE, ...everyReply({ kind: 'surplus', bytes: Buffer.from('APS110015') })),
  replies('status 01: not my id', AT_ONCE, { fault: { kind: 'status', value: '01' }, command: INVERTERS }),
  whileOdd('status 02: no data yet', (site) => {
    site.setStatus('02');
    return () => site.setStatus('00');
  }),
  whileOdd('no inverters', withoutInverters),
  whileOdd('a record of unknown type among the others', (site) => {
    site.setRecord(firstId(site), { type: '09', body: Buffer.alloc(12, 1) });
    return () => site.setRecord(firstId(site), null);
  }),
  whileOdd("a known inverter's record of type 00", (site) => {
    site.setInverter(firstId(site), 'neverHeard');
    return () => site.setInverter(firstId(site), 'online');
  }),
  replies('an ECU id that is no 12 digits', AT_ONCE, {
    command: SUMMARY,
    fault: patch((reply) => {
      reply.write('2162/#+\0abcd', 13, 'latin1');
      return reply;
    }),
  }),
  replies('hostile text for a firmware', AT_ONCE, {
    command: SUMMARY,
    fault: patch((reply) => withFirmware(reply, HOSTILE)),
  }),
  replies(
    'lifetime energy 0 once',
    AT_ONCE,
    counter(LIFETIME, () => 0),
  ),
  replies(
    'lifetime energy falls by 3 kWh once',
    AT_ONCE,
    counter(LIFETIME, (raw) => raw - 30),
  ),
  replies(
    "today's energy of yesterday once",
    AT_ONCE,
    counter(TODAY, (raw) => raw + 2_500),
  ),
  replies('broken signal reply', AT_ONCE, { fault: { kind: 'cut', at: 20 }, command: SIGNAL, polls: 1 }),
];
