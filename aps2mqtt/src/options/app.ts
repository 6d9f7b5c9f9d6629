import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OptionsError } from '../errors.ts';
import { fileProblem } from '../fileProblem.ts';
import { asObject, parseJson } from '../json.ts';
import type { RawOptions } from './check.ts';
import { readDocument } from './document.ts';
import { machineDefaults } from './environment.ts';
import type { Environment } from './environmentType.ts';
import { labelled } from './names.ts';
import type { IngressPlace } from './options.ts';
import type { Defaults } from './values.ts';

/** We run as a Home Assistant app when the Supervisor says so. */
export interface AppPlace {
  readonly optionsFile: string;
  readonly stateFile: string;
  readonly supervisor: SupervisorAccess;
  /** Where the Supervisor asks for the page that Home Assistant shows. */
  readonly ingress: IngressPlace;
}

export interface SupervisorAccess {
  /** Such as `http://supervisor`. */
  readonly url: string;
  /** A secret. */
  readonly token: string;
}

const OPTIONS_FILE = '/data/options.json';
/** Home Assistant's folder `ssl`, as config.yaml mounts it. */
const CERTIFICATE_FOLDER = '/ssl';
const SUPERVISOR = 'http://supervisor';
/** As config.yaml says; and the Supervisor's address in its own network, which nobody can change. */
const INGRESS_PORT = 8099;
const SUPERVISOR_ADDRESS = '172.30.32.2';

/** Null outside Home Assistant. */
export function appPlace(environment: Environment): AppPlace | null {
  const { SUPERVISOR_TOKEN: token, SUPERVISOR_API: url, APS_OPTIONS_FILE: file } = environment;
  if (!token) {
    return null;
  }
  const optionsFile = file || OPTIONS_FILE;
  const stateFile = path.join(path.dirname(optionsFile), 'state.json');
  return { optionsFile, stateFile, supervisor: { url: url || SUPERVISOR, token }, ingress: ingressPlace(environment) };
}

/** Of a Supervisor that is on loopback, as in tests, the same holds there. */
function ingressPlace({ SUPERVISOR_API: url, APS_INGRESS_PORT: port }: Environment): IngressPlace {
  const isLoopback = url ? new URL(url).hostname === '127.0.0.1' : false;
  return {
    host: isLoopback ? '127.0.0.1' : '0.0.0.0',
    port: port ? Number(port) : INGRESS_PORT,
    onlyFrom: isLoopback ? '127.0.0.1' : SUPERVISOR_ADDRESS,
  };
}

/**
 * Reads the options that the Supervisor checked, merged and wrote.
 *
 * @throws OptionsError when the file can't be read
 */
export function readAppOptions(file: string): RawOptions {
  let root: unknown;
  try {
    root = parseJson(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new OptionsError([`${file} cannot be read: ${fileProblem(error)}`], { cause: error });
  }
  return { ...readDocument(asObject(root)), typedName: labelled };
}

export function appDefaults(place: AppPlace, environment: Environment): Defaults {
  return {
    ...machineDefaults(environment),
    mqttHost: null,
    discovery: true,
    position: null,
    stateFile: place.stateFile,
    historyDir: null,
    certificateFolder: CERTIFICATE_FOLDER,
    positionComesLater: true,
  };
}
