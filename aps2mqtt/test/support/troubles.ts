import type { Fault } from '../../src/tools/simulator/faults.ts';
import type { Installation } from './installation.ts';
import type { Random } from './pollSimulation.ts';
import { DS3, HOUR, MINUTE, QS1, STATES, YC1000 } from './roof.ts';

/** Something that goes wrong for a while. */
export interface Trouble {
  readonly name: string;
  /** ms. */
  readonly lasts: number;
  /** ms until all is well, beyond what any silence takes. */
  readonly recovers?: number;
  begin(): unknown;
  end(): unknown;
}

const ALWAYS = { times: Number.POSITIVE_INFINITY };
const SUMMARY = '0001';

const WIRE: readonly Fault[] = [
  { kind: 'silent' },
  { kind: 'close' },
  { kind: 'reset' },
  { kind: 'cut', at: 40 },
  { kind: 'hang', at: 20 },
  { kind: 'length', value: 44 },
  { kind: 'length', value: 9_999 },
  { kind: 'command', value: '0004' },
  { kind: 'garbage' },
  { kind: 'endless' },
  { kind: 'status', value: '01' },
  { kind: 'surplus', bytes: Buffer.from('APS') },
  { kind: 'split', at: [3, 17, 40], pause: 0 },
];

const counter = (at: number, value: number): Fault => ({
  kind: 'patch',
  patch: (reply) => {
    reply.writeUInt32BE(value, at);
    return reply;
  },
});

/** Makes up what goes wrong next. */
export function nextTrouble(roof: Installation, random: Random): Trouble & { readonly isOfEcu: boolean } {
  const { simulator, site } = roof.ecu;
  const pick = <T>(first: T, ...others: readonly T[]): T =>
    [first, ...others][Math.floor(random() * (1 + others.length))] ?? first;
  const none = () => {};
  const behave = () => simulator.behave();
  const times = 1 + Math.floor(random() * 9);
  const minutes = (least: number, most: number) => Math.round((least + (most - least) * random()) * MINUTE);
  const truth = site.state().summary;
  const odd = pick(DS3, QS1, YC1000);
  const wire = WIRE[Math.floor(random() * WIRE.length)] ?? { kind: 'silent' };
  const lies = [
    counter(27, 0),
    counter(27, Math.max(0, Math.round(truth.lifetimeEnergy * 10) - 30)),
    counter(27, 40_000_000),
    counter(35, 0),
    counter(35, 999_999),
    counter(35, Math.max(0, Math.round(truth.todayEnergy * 100) - 100)),
  ];
  const command = pick(SUMMARY, '0002', '0030');
  const ofEcu: readonly Trouble[] = [
    {
      name: `${wire.kind} ${command} ${times} times`,
      lasts: minutes(1, 30),
      begin: () => simulator.misbehave(wire, { command, times }),
      end: behave,
    },
    {
      name: `${wire.kind} for a while`,
      lasts: minutes(1, 90),
      begin: () => simulator.misbehave(wire, ALWAYS),
      end: behave,
    },
    { name: 'refuses', lasts: minutes(1, 300), begin: () => simulator.misbehave({ kind: 'refuse' }), end: behave },
    {
      name: 'tells a wrong counter',
      lasts: minutes(1, 40),
      begin: () =>
        simulator.misbehave(lies[Math.floor(random() * lies.length)] ?? counter(27, 0), {
          command: SUMMARY,
          ...ALWAYS,
        }),
      end: behave,
    },
    { name: 'has no data', lasts: minutes(5, 60), begin: () => site.setStatus('02'), end: () => site.setStatus('00') },
    {
      name: `has never heard ${odd}`,
      lasts: minutes(5, 200),
      begin: () => site.setInverter(odd, 'neverHeard'),
      end: () => site.setInverter(odd, 'online'),
    },
    {
      name: `sends an odd record of ${odd}`,
      lasts: minutes(5, 60),
      begin: () => site.setRecord(odd, { type: '09', body: Buffer.alloc(17, 7) }),
      end: () => site.setRecord(odd, null),
    },
    {
      name: `leaves out ${odd}`,
      lasts: minutes(5, 400),
      begin: () => site.removeInverter(odd),
      end: () => site.addInverter(odd === DS3 ? 'ds3' : odd === QS1 ? 'qs1' : 'yc1000', odd),
    },
    {
      name: 'has its clock set',
      lasts: minutes(60, 120),
      begin: () => site.setClockOffset(Math.round((random() - 0.5) * 7_200)),
      end: none,
    },
    {
      name: 'takes longer for its rounds',
      lasts: minutes(60, 80),
      // Twice a round's length fits as well, until we look in the middle of one: of eight at the latest.
      recovers: 95 * MINUTE,
      begin: () => site.setRounds(pick(360, 480, 600), 5 + Math.floor(random() * 20)),
      end: () => site.setRounds(300, (round) => 5 + 20 * (((round / 1_000) * 0.618) % 1)),
    },
  ];
  const ofOthers: readonly Trouble[] = [
    {
      name: 'is cut off the broker',
      lasts: minutes(1, 90),
      begin: () => roof.wire.close(),
      end: () => roof.wire.open(),
    },
    { name: 'has its connection reset', lasts: MINUTE, begin: () => roof.wire.reset(), end: none },
    {
      name: 'starts anew',
      lasts: minutes(2, 120),
      begin: () => roof.halt(),
      end: () => roof.resume(),
    },
    {
      name: 'sees Home Assistant start, and a refresh',
      lasts: MINUTE,
      begin: async () => {
        await roof.say('homeassistant/status', 'online');
        await roof.say(`${STATES}/refresh`, 'PRESS');
      },
      end: none,
    },
  ];
  const isOfEcu = random() < 0.75;
  const all = isOfEcu ? ofEcu : ofOthers;
  const trouble = all[Math.floor(random() * all.length)];
  return { ...(trouble ?? { name: 'nothing', lasts: HOUR, begin: none, end: none }), isOfEcu };
}
