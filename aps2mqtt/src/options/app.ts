import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { messageOf, OptionsError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Login } from '../mqtt/session.ts';
import type { RawOptions } from './check.ts';
import { type Environment, systemZone } from './environment.ts';
import { readDocument } from './file.ts';
import type { MqttOptions, Position } from './options.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import type { Defaults } from './values.ts';

/** We run as a Home Assistant app when the Supervisor says so. */
export interface AppPlace {
  readonly optionsFile: string;
  readonly stateFile: string;
  readonly supervisor: Supervisor;
}

const OPTIONS_FILE = '/data/options.json';
const SUPERVISOR = 'http://supervisor';

/** Null outside Home Assistant. */
export function appPlace(environment: Environment): AppPlace | null {
  const { SUPERVISOR_TOKEN: token, SUPERVISOR_API: base, APS_OPTIONS_FILE: file } = environment;
  if (!token) {
    return null;
  }
  const optionsFile = file || OPTIONS_FILE;
  const stateFile = path.join(path.dirname(optionsFile), 'state.json');
  return { optionsFile, stateFile, supervisor: createSupervisor(base || SUPERVISOR, token) };
}

/**
 * Reads the options that the Supervisor checked, merged and wrote.
 *
 * @throws OptionsError when the file can't be read
 */
export function readAppOptions(file: string): RawOptions {
  let root: unknown;
  try {
    root = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new OptionsError([`${file} can not be read: ${messageOf(error)}`], { cause: error });
  }
  return readDocument(typeof root === 'object' && root !== null ? { ...root } : {});
}

export function appDefaults(place: AppPlace, environment: Environment): Defaults {
  return {
    mqttHost: null,
    discovery: true,
    position: null,
    timezone: systemZone(environment),
    stateFile: place.stateFile,
    positionComesLater: true,
  };
}

/** ms between two looks for a broker, or for Home Assistant's position. */
const LOOK_AGAIN_MS = 5_000;
const POSITION_AGAIN_MS = 60_000;

/**
 * The login of the Supervisor's broker, asked for anew by each connection, so that a new password is taken up. Waits
 * as long as there is none: the broker's app may start after us.
 */
export async function findBroker(
  mqtt: MqttOptions,
  supervisor: Supervisor,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<Login> {
  for (let looks = 0; ; looks++) {
    let trouble = 'No MQTT broker found yet';
    try {
      const service = await supervisor.mqttService(signal);
      if (service !== null) {
        const typed = mqtt.username === '' ? {} : { username: mqtt.username, password: mqtt.password };
        return { ...mqtt, ...service, tls: mqtt.tls || service.tls, ...typed };
      }
    } catch (error) {
      signal.throwIfAborted();
      trouble = messageOf(error);
    }
    if (looks === 0) {
      const cures = 'install and start the Mosquitto broker app, or fill in the broker under "mqtt" in the options';
      log.warn(`${trouble}. Either ${cures}. Looking again every ${LOOK_AGAIN_MS / 1000} s`);
    }
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

/** Home Assistant's own position; keeps asking, since Home Assistant may start after us. Null when it has none. */
export async function findPosition(
  supervisor: Supervisor,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<Position | null> {
  for (let looks = 0; ; looks++) {
    try {
      return await supervisor.homePosition(signal);
    } catch (error) {
      signal.throwIfAborted();
      const tell = looks === 0 ? log.info.bind(log) : log.debug.bind(log);
      tell(`${messageOf(error)}. Without it there is no rest at night yet; asking again every minute`);
    }
    await clock.sleep(POSITION_AGAIN_MS, signal);
  }
}
