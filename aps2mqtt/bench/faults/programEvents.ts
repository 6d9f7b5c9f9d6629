import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { INVERTERS, SUMMARY } from '../../src/ecu/commands.ts';
import { pause } from '../trial.ts';
import { type EventCase, LIMIT, newestHeard } from './events.ts';
import { soon } from './soon.ts';
import { type Contender, type Ground, type Outcome, recovery, type Trial, withTrial } from './trial.ts';

/** s that a stop may take. */
const STOP_LIMIT = 2;
/** ms until a broker that lost a program has told so. */
const WILL = 5_000;
/** ms after which aps2mqtt has said everything again for entities that are being made. */
const QUIET = 20_000;
/** s from Home Assistant's birth to the values. */
const BIRTH_LIMIT = 10;

/** Resolves in the middle of a poll. */
async function inMidPoll({ ecu }: Trial): Promise<void> {
  ecu.simulator.misbehave({ kind: 'silent' }, { command: INVERTERS });
  await ecu.asked(INVERTERS);
}

/** @returns when the broker's subscribers heard that it is offline; null where they did not */
function offline({ states }: Trial, from: number): Promise<number | null> {
  return soon('offline', () => states.offlineAt(from), WILL).catch(() => null);
}

const stopped: EventCase = {
  name: 'SIGTERM during a poll: `offline`, code 0, < 2 s',
  run: (contender, shared) =>
    withTrial(contender, shared, async (trial) => {
      await trial.settle();
      await inMidPoll(trial);
      const from = performance.now();
      trial.program.signal('SIGTERM');
      const code = await trial.program.ended;
      const seconds = (performance.now() - from) / 1000;
      const reasons = [
        code !== 0 && (code === null ? 'ended by the signal itself' : `ended with code ${code}`),
        seconds >= STOP_LIMIT && `took ${seconds.toFixed(1)} s`,
        (await offline(trial, from)) === null && 'nobody heard that it is offline',
        ...trial.states.wrong,
      ].filter((reason) => reason !== false);
      return { survived: reasons.length === 0, seconds, why: reasons[0] ?? null };
    }),
};

const killed: EventCase = {
  name: 'kill -9 during a poll; started again, it first hears of a lifetime 0',
  run: (contender, shared) =>
    withStateFile((APS_STATE_FILE) =>
      withTrial(contender, shared, async (trial) => {
        await trial.settle({ APS_STATE_FILE });
        await inMidPoll(trial);
        const killedAt = performance.now();
        trial.program.signal('SIGKILL');
        await trial.program.ended;
        await offline(trial, killedAt);
        const zero = (reply: Buffer) => {
          reply.writeUInt32BE(0, 27);
          return reply;
        };
        trial.ecu.simulator.misbehave({ kind: 'patch', patch: zero }, { command: SUMMARY });
        const over = performance.now();
        trial.launch({ APS_STATE_FILE });
        return recovery(trial, { over, heard: over, asked: over, limit: LIMIT });
      }),
    ),
};

const born: EventCase = {
  name: 'Home Assistant restarts: says `online`',
  run: (contender, shared) =>
    withTrial(contender, shared, async (trial) => {
      const MQTT_BIRTH_TOPIC = `${trial.prefix}-homeassistant/status`;
      await trial.settle({ MQTT_BIRTH_TOPIC });
      await pause(QUIET);
      await trial.ear.client.publishAsync(MQTT_BIRTH_TOPIC, 'online');
      return newestHeard(trial, BIRTH_LIMIT);
    }),
};

const stateBroken: EventCase = {
  name: 'state file broken at the start; then no file at all can be there',
  run: (contender, shared) =>
    withStateFile(async (file) => {
      writeFileSync(file, '{"version":1,"ecus":[{"address":"127.0.0.1:88');
      const broken = await started(contender, shared, file);
      rmSync(file, { force: true });
      mkdirSync(file);
      const blocked = await started(contender, shared, file);
      return broken.survived && (blocked.seconds ?? 0) <= (broken.seconds ?? 0) ? broken : blocked;
    }),
};

function started(contender: Contender, shared: Ground, APS_STATE_FILE: string): Promise<Outcome> {
  return withTrial(contender, shared, async (trial) => {
    const over = performance.now();
    trial.launch({ APS_STATE_FILE });
    return recovery(trial, { over, heard: over, asked: over, limit: LIMIT });
  });
}

async function withStateFile(work: (file: string) => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-bench-'));
  try {
    return await work(path.join(folder, 'state.json'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const PROGRAM_EVENTS: readonly EventCase[] = [stopped, killed, born, stateBroken];
