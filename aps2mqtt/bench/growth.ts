import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureDecoders } from './decoders.ts';
import { type Ear, listen } from './ear.ts';
import { fixedEcu } from './fixedEcu.ts';
import { describeMachine, nodeVersion } from './machine.ts';
import { hasProc, type Memory, memoryOf } from './proc.ts';
import { run, startBroker, tell } from './running.ts';
import { type Spread, spread, spreadText } from './spread.ts';
import { ours, type Subject } from './subjects.ts';
import { pause } from './trial.ts';

const HELP = `Measures one aps2mqtt with 1 to 10 ECUs of 100 inverters, 32 of 30, and the decoder.

  npm run bench:growth                           about 4 minutes
  npm run bench:growth -- --node /path/to/node   with another Node under aps2mqtt
`;

const MOST_ECUS = 10;
const INVERTERS = 100;
const RUNS = 3;
/** ms for all values to come. */
const LIMIT = 20_000;
/** ms until the memory is looked at: everything has been said again by then. */
const SETTLING = 17_000;
/** ms beyond the ECUs' time. */
const BUDGET = 2_000;
/** So many ECUs of so many inverters, all published so many ms after the start of the process. */
const WIDE = { ecus: 32, inverters: 30, budget: 1_000 };

interface Growth {
  /** ms from the first query to the last inverter in the broker, without the time in which ECUs answered. */
  readonly time: number;
  /** ms from the start of the process to the last inverter in the broker. */
  readonly sinceStart: number;
  readonly memory: Memory | null;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { node: { type: 'string', default: process.execPath }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const subject = ours(values.node, path.join(import.meta.dirname, 'aps2mqtt.js'));
  const results: Growth[][] = [];
  for (let count = 1; count <= MOST_ECUS; count++) {
    tell(`Polling ${count} ${count === 1 ? 'ECU' : 'ECUs'}, ${RUNS} times ...`);
    const runs: Growth[] = [];
    for (let index = 0; index < RUNS; index++) {
      runs.push(await grow(subject, count, INVERTERS, index === 0));
    }
    results.push(runs);
  }
  tell(`Polling ${WIDE.ecus} ECUs of ${WIDE.inverters} inverters, ${RUNS} times ...`);
  const wide: number[] = [];
  for (let index = 0; index < RUNS; index++) {
    wide.push((await grow(subject, WIDE.ecus, WIDE.inverters, false)).sinceStart);
  }
  tell('Decoding ...');
  const decoders = measureDecoders(values.node);
  process.stdout.write(`${describeMachine({ Node: nodeVersion(values.node) })}\n\n`);
  process.stdout.write(`${growthTable(results)}\n\n${wideVerdict(wide)}\n\n${decoders}\n`);
}

/** @param isSettling look at the memory, which takes a while */
async function grow(subject: Subject, count: number, inverters: number, isSettling: boolean): Promise<Growth> {
  const ecus = await Promise.all(Array.from({ length: count }, (_, index) => fixedEcu(inverters, `growth${index}`)));
  // A broker of their own: what one run leaves there would be the next one's work.
  const broker = await startBroker();
  const ear = await listen(broker.port, 'growth/aps/#');
  const done = allHeard(ear, new Set(ecus.flatMap((ecu) => ecu.inverterTopics('growth'))));
  try {
    const startedAt = performance.now();
    const program = subject.start(ecus, broker.port, 'growth');
    try {
      const late = pause(LIMIT).then(() => {
        throw new Error(`not all values came within ${LIMIT / 1000} s:\n${program.output()}`);
      });
      const at = await Promise.race([done, late]);
      late.catch(() => {});
      const asked = Math.min(...ecus.map((ecu) => ecu.firstQuery() ?? at));
      const answering = ecus.reduce((sum, ecu) => sum + ecu.answering(), 0);
      if (isSettling && hasProc) {
        await pause(SETTLING);
      }
      return {
        time: at - asked - answering,
        sinceStart: at - startedAt,
        memory: isSettling && hasProc ? memoryOf(program.pid) : null,
      };
    } finally {
      await program.end();
    }
  } finally {
    await ear.close();
    await broker.stop();
    await Promise.all(ecus.map((ecu) => ecu.stop()));
  }
}

/** Resolves with the time of the last. */
function allHeard(ear: Ear, missing: Set<string>): Promise<number> {
  return new Promise((resolve) => {
    ear.onMessage((topic, at) => {
      if (missing.delete(topic) && missing.size === 0) {
        resolve(at);
      }
    });
  });
}

function growthTable(results: readonly Growth[][]): string {
  const head = `| ECUs of ${INVERTERS} | all published, ms | resident, MB | private, MB | most resident, MB |`;
  const text = (value: Spread | null) => (value === null ? 'not measured' : spreadText(value));
  const lines = results.map((runs, index) => {
    const memories = runs.flatMap(({ memory }) => memory ?? []);
    const cells = (['resident', 'private', 'peak'] as const).map((part) =>
      text(spread(memories.map((memory) => memory[part]))),
    );
    return `| ${[index + 1, text(spread(runs.map(({ time }) => time))), ...cells].join(' | ')} |`;
  });
  const worst = Math.max(...results.flat().map(({ time }) => time));
  const verdict = `${MOST_ECUS} ECUs within ${BUDGET} ms: ${worst <= BUDGET ? 'met' : 'NOT met'}.`;
  return [head, head.replaceAll(/[^|]+/g, ' --- '), ...lines, '', verdict].join('\n');
}

function wideVerdict(times: readonly number[]): string {
  const { ecus, inverters, budget } = WIDE;
  const text = spread(times);
  const verdict = Math.max(...times) <= budget ? 'met' : 'NOT met';
  return `${ecus} ECUs of ${inverters} inverters, start to all published: ${text && spreadText(text)} ms; ${budget} ms: ${verdict}.`;
}

run(main);
