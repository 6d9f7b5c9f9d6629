import path from 'node:path';
import { parseArgs } from 'node:util';
import { hasMosquitto, listen } from '../test/support/broker.ts';
import { BROKER_EVENTS } from './faults/brokerEvents.ts';
import { FAULTS } from './faults/cases.ts';
import { PROGRAM_EVENTS } from './faults/programEvents.ts';
import { renderOutcomes, type Sheet } from './faults/sheet.ts';
import { runFault } from './faults/strikes.ts';
import type { Contender, Ground, Outcome } from './faults/trial.ts';
import { describeMachine, nodeVersion } from './machine.ts';
import { installPython, type PythonProgram } from './python.ts';
import { run, startBroker, tell } from './running.ts';
import { ours, theirs } from './subjects.ts';
import { pause } from './trial.ts';

const HELP = `Lets 26 faults of the ECU and 10 events of broker and process happen to aps2mqtt and to the Python program.

  npm run bench:faults                           about 10 minutes, all side by side
  npm run bench:faults -- --without-python       about 7 minutes
  npm run bench:faults -- --only cut             the cases that have this in their name
  npm run bench:faults -- --node /path/to/node   with another Node under aps2mqtt
`;

const here = import.meta.dirname;
/** ms between two starts: so that they don't get into each other's way. */
const APART = 400;
/** s between two polls of the Python program by its own design, 20 more for the poll, and what comes to rest. */
const PYTHON_PATIENCE = 360 + 30;

interface Case {
  readonly name: string;
  readonly run: (contender: Contender, ground: Ground) => Promise<Outcome>;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      node: { type: 'string', default: process.execPath },
      only: { type: 'string', default: '' },
      'without-python': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const python = values['without-python'] ? null : findPython();
  const aps2mqtt: Contender = {
    subject: ours(values.node, path.join(here, 'aps2mqtt.js')),
    tries: 2,
    patience: null,
  };
  const other: Contender | null = python && {
    subject: theirs(python.interpreter),
    tries: 1,
    patience: PYTHON_PATIENCE,
  };
  const chosen = <T extends Case>(list: readonly T[]) => list.filter(({ name }) => name.includes(values.only));
  const faults: Case[] = FAULTS.map((fault) => ({
    name: fault.name,
    run: (contender, ground) => runFault(fault, contender, ground),
  }));
  const events = [...BROKER_EVENTS, ...PROGRAM_EVENTS].filter((event) => hasMosquitto || !event.needsMosquitto);

  const broker = await startBroker();
  const ear = await listen(broker.port);
  ear.client.setMaxListeners(0);
  const ground = { port: broker.port, ear };
  let starts = 0;
  const runAll = (list: readonly Case[], contender: Contender | null) =>
    Promise.all(list.map((item) => (contender === null ? null : runOne(item, contender, ground, APART * starts++))));
  const sheet = async (title: string, list: readonly Case[]): Promise<Sheet> => {
    const [our, their] = await Promise.all([runAll(list, aps2mqtt), runAll(list, other)]);
    return { title, names: list.map(({ name }) => name), ours: our, theirs: their };
  };
  try {
    tell('Starting all cases ...');
    const sheets = await Promise.all([sheet('fault of the ECU', chosen(faults)), sheet('event', chosen(events))]);
    const versions = { 'aps2mqtt on Node': nodeVersion(values.node) };
    const both = python ? { ...versions, 'Python program 2.0.2 on Python': python.version } : versions;
    process.stdout.write(
      `${describeMachine(both)}\n\n${sheets
        .filter(({ names }) => names.length > 0)
        .map(renderOutcomes)
        .join('\n\n')}\n`,
    );
  } finally {
    await ear.close();
    await broker.stop();
  }
}

async function runOne({ name, run: work }: Case, contender: Contender, ground: Ground, wait: number): Promise<Outcome> {
  await pause(wait);
  const outcome = await work(contender, ground);
  const time = outcome.seconds === null ? '' : `, ${outcome.seconds.toFixed(1)} s`;
  tell(`${contender.subject.name}: ${name}: ${outcome.why ?? 'survived'}${time}`);
  return outcome;
}

/** It looks at one port only, so that several of them need several addresses. */
function findPython(): PythonProgram | null {
  if (process.platform !== 'linux') {
    tell(`The Python program: only on Linux, and this is ${process.platform}.`);
    return null;
  }
  tell('Getting the Python program ...');
  try {
    return installPython(path.join(here, '../.python'));
  } catch (error) {
    tell(`The Python program is not to be had: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

run(main);
