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

const HELP = `Measures one aps2mqtt with 1 to 10 ECUs of 100 inverters, and the decoder.

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
/** ms beyond the ECUs' time (issue 7). */
const BUDGET = 2_000;

interface Growth {
  /** ms from the first query to the last inverter in the broker, without the time in which ECUs answered. */
  readonly time: number;
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
      runs.push(await grow(subject, count, index === 0));
    }
    results.push(runs);
  }
  tell('Decoding ...');
  const decoders = measureDecoders(values.node);
  process.stdout.write(`${describeMachine({ Node: nodeVersion(values.node) })}\n\n`);
  process.stdout.write(`${growthTable(results)}\n\n${decoders}\n`);
}

/** @param isSettling look at the memory, which takes a while */
async function grow(subject: Subject, count: number, isSettling: boolean): Promise<Growth> {
  const ecus = await Promise.all(Array.from({ length: count }, (_, index) => fixedEcu(INVERTERS, `growth${index}`)));
  // A broker of their own: what one run leaves there would be the next one's work.
  const broker = await startBroker();
  const ear = await listen(broker.port, 'growth/aps/#');
  const done = allHeard(ear, new Set(ecus.flatMap((ecu) => ecu.inverterTopics('growth'))));
  try {
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
      return { time: at - asked - answering, memory: isSettling && hasProc ? memoryOf(program.pid) : null };
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

run(main);
