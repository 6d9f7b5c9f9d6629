import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { tlsFiles } from '../../test/support/broker.ts';
import { pause } from '../trial.ts';
import { isAnnounced, ownBroker } from './brokers.ts';
import { type EventCase, LIMIT, newestHeard, onWire, viaPort } from './events.ts';
import { type Ground, type Trial, withTrial } from './trial.ts';

/** ms that the broker is away, so that some poll falls into it. */
const AWAY = 75_000;

const downAtStart: EventCase = {
  name: 'broker down for 75 s at the start',
  run: (contender, shared) =>
    onWire(contender, shared, async (trial, wire) => {
      await wire.close();
      trial.launch(viaPort(wire.port));
      await pause(AWAY);
      await wire.open();
      return newestHeard(trial, LIMIT);
    }),
};

const away: EventCase = {
  name: 'broker away for 75 s',
  run: (contender, shared) =>
    onWire(contender, shared, async (trial, wire) => {
      await trial.settle(viaPort(wire.port));
      await wire.close();
      await pause(AWAY);
      await wire.open();
      return newestHeard(trial, LIMIT);
    }),
};

const hangs: EventCase = {
  name: 'broker hangs for 75 s',
  run: (contender, shared) =>
    onWire(contender, shared, async (trial, wire) => {
      await trial.settle(viaPort(wire.port));
      wire.hang();
      await pause(AWAY);
      wire.heal();
      return newestHeard(trial, LIMIT);
    }),
};

/** @returns when all was seen to be announced, to the second; null where it was not until `end` */
async function announced({ prefix, ecu }: Trial, ground: Ground, end: number): Promise<number | null> {
  while (performance.now() < end) {
    if (await isAnnounced(ground, prefix, [ecu.id, ...ecu.inverterIds])) {
      return performance.now();
    }
    await pause(1_000);
  }
  return null;
}

const emptied: EventCase = {
  name: 'broker restarts empty: all announced again',
  async run(contender) {
    const broker = await ownBroker();
    try {
      return await onWire(contender, broker.ground, async (trial, wire) => {
        await trial.settle(viaPort(wire.port));
        await wire.close();
        await broker.replace();
        await broker.earBack();
        await wire.open();
        const over = performance.now();
        const outcome = await newestHeard(trial, LIMIT);
        const announcedAt = await announced(trial, broker.ground, over + 1000 * (contender.patience ?? LIMIT));
        if (announcedAt === null) {
          return { survived: false, seconds: null, why: outcome.why ?? 'not announced again' };
        }
        return { ...outcome, seconds: Math.max(outcome.seconds ?? 0, (announcedAt - over) / 1000) };
      });
    } finally {
      await broker.stop();
    }
  },
};

const LOGIN = { username: 'roof', password: 'sun-and-rain' };

const passwordChanged: EventCase = {
  name: 'broker refuses the password for 75 s',
  async run(contender) {
    const broker = await ownBroker({ login: LOGIN }, { ...LOGIN, reconnectOnConnackError: true });
    try {
      return await onWire(contender, broker.ground, async (trial, wire) => {
        const login = { MQTT_BROKER_USER: LOGIN.username, MQTT_BROKER_PASSWD: LOGIN.password };
        await trial.settle({ ...viaPort(wire.port), ...login });
        await wire.close();
        await broker.replace({ login: { ...LOGIN, password: 'wind-and-snow' } });
        await wire.open();
        await pause(AWAY);
        await wire.close();
        await broker.replace({ login: LOGIN });
        await broker.earBack();
        await wire.open();
        return newestHeard(trial, LIMIT);
      });
    } finally {
      await broker.stop();
    }
  },
};

const certificateSwapped: EventCase = {
  name: 'broker has a new certificate, then the CA file too',
  needsMosquitto: true,
  async run(contender) {
    const [tls, renewed] = [tlsFiles(), tlsFiles()];
    const broker = await ownBroker({ tls }, { protocol: 'mqtts', rejectUnauthorized: false });
    try {
      return await withTrial(contender, broker.ground, async (trial) => {
        await trial.settle({ MQTT_BROKER_SECURED_CONNECTION: 'true', MQTT_BROKER_CACERTS_PATH: tls.ca });
        await broker.replace({ tls: renewed });
        await broker.earBack();
        await pause(AWAY);
        copyFileSync(renewed.ca, tls.ca);
        return newestHeard(trial, LIMIT);
      });
    } finally {
      await broker.stop();
      for (const { ca } of [tls, renewed]) {
        rmSync(path.dirname(ca), { recursive: true });
      }
    }
  },
};

export const BROKER_EVENTS: readonly EventCase[] = [
  downAtStart,
  away,
  emptied,
  hangs,
  passwordChanged,
  certificateSwapped,
];
