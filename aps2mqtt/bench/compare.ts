import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { listen } from './ear.ts';
import { describeMachine, nodeVersion } from './machine.ts';
import { installPython } from './python.ts';
import { run, startBroker, tell } from './running.ts';
import { spread } from './spread.ts';
import { ours, type Subject, theirs } from './subjects.ts';
import { type Row, renderTable } from './table.ts';
import { canMeasureSteady, type FirstPoll, firstPoll, pause, type Stage, type Steady, steady } from './trial.ts';

const HELP = `Measures aps2mqtt and the Python program side by side.

  npm run bench                           about 5 minutes
  npm run bench -- --node /path/to/node   with another Node under aps2mqtt
  npm run bench -- --seconds 30           a shorter look at memory and processor time
`;

const here = import.meta.dirname;
const SIZES = [4, 30, 100] as const;
/** The Python program reads at most 1 KiB, which 30 inverters nearly fill. */
const MOST_FOR_PYTHON = 30;
const [RUNS, PYTHON_RUNS, STEADY_RUNS] = [7, 3, 3];
/** ms between two starts of the programs that run side by side: so their polls don't meet. */
const APART = 900;

/** A program with so many inverters, and what came of it. */
interface Case {
  readonly subject: Subject;
  readonly inverters: number;
  readonly firsts: FirstPoll[];
  readonly steady: Steady[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      node: { type: 'string', default: process.execPath },
      seconds: { type: 'string', default: '120' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  tell('Getting the Python program ...');
  const python = installPython(path.join(here, '../.python'));
  const program = path.join(here, 'aps2mqtt.js');
  const [flagged, plain, other] = [
    ours(values.node, program),
    ours(values.node, program, []),
    theirs(python.interpreter),
  ];
  const newCase = (subject: Subject, inverters: number): Case => ({ subject, inverters, firsts: [], steady: [] });
  const cases = [flagged, plain, other].map((subject) => SIZES.map((inverters) => newCase(subject, inverters)));

  const broker = await startBroker();
  const ear = await listen(broker.port, '+/aps/#');
  const stage = { brokerPort: broker.port, ear };
  try {
    await measureFirsts(cases.flat(), other, stage);
    if (canMeasureSteady) {
      await measureSteady(cases.flat(), plain, Number(values.seconds) * 1000, stage);
    } else {
      tell(`Memory and processor time: only on Linux, and this is ${process.platform}.`);
    }
  } finally {
    await ear.close();
    await broker.stop();
  }

  const versions = { 'aps2mqtt on Node': nodeVersion(values.node), 'Python program 2.0.2 on Python': python.version };
  const [our = [], bare = [], their = []] = cases;
  const rows = [...rowsOf(our, bare, their), sizeRow(program, python.size)];
  process.stdout.write(`${describeMachine(versions)}\n\n${renderTable(rows)}\n\n${NOTES}\n`);
}

const NOTES = `minimum / median / maximum; ratio of the medians.
Own time: from a poll's first query to its last inverter in the broker, without the time the ECU took.`;

/** One after the other, so that nothing else runs. */
async function measureFirsts(cases: readonly Case[], other: Subject, stage: Stage): Promise<void> {
  for (const { subject, inverters, firsts } of cases) {
    const isOnce = inverters > SIZES[0];
    const runs = subject !== other ? RUNS : isOnce ? 1 : PYTHON_RUNS;
    tell(`Starting ${subject.name} with ${inverters} inverters, ${runs} times ...`);
    for (let index = 0; index < runs; index++) {
      firsts.push(await firstPoll(subject, inverters, stage));
    }
  }
}

/** All side by side, several of each. */
async function measureSteady(cases: readonly Case[], plain: Subject, window: number, stage: Stage): Promise<void> {
  const chosen = cases.filter(
    ({ subject, inverters, firsts }) =>
      firsts.some(({ own }) => own !== null) && (subject !== plain || inverters === 4),
  );
  const processes = chosen.flatMap((item) => Array.from({ length: STEADY_RUNS }, () => item));
  tell(`Running ${processes.length} processes side by side for ${Math.round(window / 1000) + 30} s ...`);
  const measure = async ({ subject, inverters, steady: results }: Case, index: number) => {
    await pause(index * APART);
    results.push(await steady(subject, inverters, stage, window));
  };
  await Promise.all(processes.map(measure));
}

function rowsOf(our: readonly Case[], plain: readonly Case[], their: readonly Case[]): Row[] {
  const triples = our.flatMap((ourCase, index) => {
    const [plainCase, theirCase] = [plain[index], their[index]];
    return plainCase && theirCase ? [{ our: ourCase, plain: plainCase, their: theirCase }] : [];
  });
  const four = triples.slice(0, 1);
  const start = ({ firsts }: Case) => spread(known(firsts.map((first) => first.start)));
  const flagless = (what: string, unit: string, read: (item: Case) => Row['ours']): Row[] =>
    four.map((item) => ({ what, unit, ours: read(item.plain), theirs: read(item.their) }));
  const row =
    (what: string, unit: string, read: (item: Case) => Row['ours'], budgets: Record<number, number> = {}) =>
    ({ our: ourCase, their: theirCase }: (typeof triples)[number]): Row => {
      const { inverters } = ourCase;
      const isTooMany = inverters > MOST_FOR_PYTHON && theirCase.firsts.every(({ own }) => own === null);
      const budget = budgets[inverters];
      return {
        what: `${what}, ${inverters} inverters`,
        unit,
        ours: read(ourCase),
        theirs: isTooMany ? 'cannot' : read(theirCase),
        ...(budget !== undefined && { budget }),
      };
    };
  const memory = (part: 'resident' | 'private' | 'peak') => (item: Case) =>
    spread(item.steady.map((result) => result.memory[part]));
  const processor = (item: Case) => spread(known(item.steady.map((result) => result.processor)));
  return [
    ...triples.map(row('start to first values', 'ms', start, { 4: 500 })),
    ...flagless('  without Node flags, 4', 'ms', start),
    ...triples.map(
      row('own time of the first poll', 'ms', ({ firsts }) => spread(known(firsts.map(({ own }) => own)))),
    ),
    ...triples.map(row('own time of later polls', 'ms', laterOwn, { 4: 20, 100: 50 })),
    ...flagless('  without Node flags, 4', 'ms', laterOwn),
    ...triples.map(row('resident memory', 'MB', memory('resident'), { 4: 66 })),
    ...flagless('  without Node flags, 4', 'MB', memory('resident')),
    ...triples.map(row('private memory', 'MB', memory('private'), { 4: 19 })),
    ...flagless('  without Node flags, 4', 'MB', memory('private')),
    ...triples.map(row('most memory ever resident', 'MB', memory('peak'))),
    ...triples.map(row('processor time per poll', 'ms', processor)),
    ...flagless('  without Node flags, 4', 'ms', processor),
  ];
}

function laterOwn({ steady: results }: Case): Row['ours'] {
  return spread(results.flatMap(({ ownTimes }) => ownTimes));
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function sizeRow(program: string, theirSize: number): Row {
  const ourSize = statSync(program).size / 1024 ** 2;
  const one = (value: number) => spread([value]);
  return {
    what: 'installed, beside Node or Python',
    unit: 'MB',
    ours: one(ourSize),
    theirs: one(theirSize),
    budget: 1.5,
  };
}

run(main);
