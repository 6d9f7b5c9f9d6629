// Run by decoders.ts in a Node of its own: prints the speed of each decoder as JSON.
import { INVERTERS, SIGNAL, SUMMARY } from '../src/ecu/commands.ts';
import { scanFrame } from '../src/ecu/frame.ts';
import { decodeInverters } from '../src/ecu/inverters.ts';
import { decodeSignal } from '../src/ecu/signal.ts';
import { decodeSummary } from '../src/ecu/summary.ts';
import type { Speed } from './decoders.ts';
import { repliesOf } from './fixedEcu.ts';
import { spread, spreadText } from './spread.ts';

const RUNS = 7;
/** ms of each run; the first one only warms up. */
const RUN = 250;

const DECODERS = [
  ['summary', SUMMARY, decodeSummary],
  ['inverters', INVERTERS, decodeInverters],
  ['signal', SIGNAL, decodeSignal],
] as const;

const { replies } = repliesOf(100, 'decode');
const speeds = DECODERS.map(([name, command, decode]): [string, Speed] => {
  const reply = replies.get(command) ?? Buffer.alloc(0);
  // As the program does: finds the reply's end first.
  const once = () => decode(scanFrame(reply) ?? reply);
  const [, ...runs] = Array.from({ length: RUNS + 1 }, () => megabytesPerSecond(once, reply.length));
  const measured = spread(runs);
  return [name, { bytes: reply.length, speed: measured === null ? '' : spreadText(measured) }];
});
process.stdout.write(JSON.stringify(Object.fromEntries(speeds)));

/** Of 1024 · 1024 bytes. */
function megabytesPerSecond(once: () => unknown, bytes: number): number {
  const start = performance.now();
  let times = 0;
  while (performance.now() - start < RUN) {
    once();
    times++;
  }
  return (times * bytes) / 1024 ** 2 / ((performance.now() - start) / 1000);
}
