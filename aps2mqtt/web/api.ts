import type { ScanResult } from '../src/http/scanResult.ts';
import type { Layout } from '../src/roof/layout.ts';
import type { Alarm, RoofPanel } from '../src/roof/panels.ts';

/** What the server tells (its `stateJson`, `dayColumns`, `energyColumns`). All addresses are relative: we may be in a frame. */

export interface EcuState {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly firmware: string | null;
  readonly answers: boolean;
  readonly condition: 'fine' | 'resting' | 'silent' | 'starting';
  readonly since: string | null;
  readonly reason: string | null;
  readonly current_power: number | null;
  readonly today_energy: number | null;
  readonly inverters_registered: number | null;
  readonly inverters_online: number | null;
  readonly poll_round: string | null;
  readonly taken_at: string | null;
  /** Where control over Modbus is on: %, as commanded. */
  readonly power_limit?: number | null;
  readonly production?: boolean | null;
  readonly limit_not_followed?: boolean | null;
}

export interface InverterState {
  readonly id: string;
  readonly ecu: string;
  readonly online: boolean | null;
  readonly temperature: number | null;
  readonly signal: number | null;
  readonly voltage: number | null;
  readonly frequency: number | null;
  /** So far, of those that it takes to judge a panel. */
  readonly good_days: number | null;
  /** Where control over the ECU's web page is on: as commanded. */
  readonly switched_on?: boolean | null;
  readonly max_power?: number | null;
}

export interface State {
  readonly version: string;
  readonly now: string;
  readonly next: string | null;
  readonly ecus: readonly EcuState[];
  readonly inverters: readonly InverterState[];
  readonly panels: readonly RoofPanel[];
  readonly alarms: readonly (Alarm & { readonly inverter: string; readonly panel: number | null })[];
}

type Column = readonly (number | null)[];

export interface EcuDay {
  readonly ecu: string;
  readonly rounds: readonly string[];
  readonly panels: Readonly<Record<string, Column>>;
  readonly inverters: Readonly<Record<string, { readonly online: Column; readonly temperature: Column }>>;
}

export interface Day {
  readonly day: string;
  readonly ecus: readonly EcuDay[];
}

export interface Energies {
  readonly ecus: readonly { readonly days: readonly string[]; readonly panels: Readonly<Record<string, Column>> }[];
}

export interface LogLines {
  readonly lines: readonly { readonly at: string; readonly level: string; readonly text: string }[];
}

/** The server refused, or was not there. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const OURS = { 'X-Aps2mqtt': '1' };

export const getState = () => getJson<State>('api/state');
export const getDays = async () => (await getJson<{ days: readonly string[] }>('api/days')).days;
export const getEnergies = () => getJson<Energies>('api/energies');
export const getLayout = () => getJson<Layout>('api/layout');
export const getLog = (ecu: string) => getJson<LogLines>(`api/log/${ecu}`);
export const getText = async (path: string) => (await ask(path)).text();
export const startScan = async (): Promise<ScanResult> =>
  (await ask('api/scan', { method: 'POST', headers: OURS })).json() as Promise<ScanResult>;

/** Null where nothing is kept of that day. */
export async function getDay(day: string): Promise<Day | null> {
  try {
    return await getJson<Day>(`api/days/${day}`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return null;
    }
    throw error;
  }
}

/** @returns whether it is kept over a restart */
export async function putLayout(layout: Layout): Promise<boolean> {
  const response = await ask('api/layout', {
    method: 'PUT',
    headers: { ...OURS, 'Content-Type': 'application/json' },
    body: JSON.stringify(layout),
  });
  return ((await response.json()) as { kept: boolean }).kept;
}

const getJson = async <T>(path: string): Promise<T> => (await ask(path)).json() as Promise<T>;

async function ask(path: string, settings: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, settings).catch((error: unknown) => {
    throw new ApiError(String(error), 0);
  });
  if (!response.ok) {
    throw new ApiError(problemsIn(await response.text()), response.status);
  }
  return response;
}

function problemsIn(text: string): string {
  try {
    return (JSON.parse(text) as { problems: string[] }).problems.join('; ');
  } catch {
    return text.trim();
  }
}

/** The words of whatever was thrown. */
export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
