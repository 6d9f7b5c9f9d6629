import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileHistory } from '../src/history/fileHistory.ts';
import { historyFolder } from '../src/history/folder.ts';
import { SIDES } from '../src/tools/simulator/panels.ts';
import { freePort, startBroker } from '../test/support/broker.ts';
import { type Installation, startInstallation } from '../test/support/installation.ts';
import { eastAndWest, INVERTERS } from './layout.ts';

/** Made up, as all serials here. */
export const ECU = '216200000001';
export const PARIS = { latitude: 48.86, longitude: 2.35 };
/** Panel 1 stands behind a chimney in the afternoon. */
export const SHADED = INVERTERS[9];
/** Its panel 2 makes less from June 22 on. */
export const WEAK = INVERTERS[3];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface Roof {
  readonly url: string;
  now(): Date;
  /** @param time local, such as `2026-06-21T15:50` */
  until(time: string): Promise<void>;
  stop(): Promise<void>;
}

interface Span {
  /** Local. */
  readonly from: string;
  readonly isWeak?: boolean;
  /** Of a broker with a Home Assistant, which hears everything. */
  readonly brokerPort?: number;
  /** s between rounds; 300 unless told. */
  readonly round?: number;
}

/** The life of one roof from the end of May on: each span begins where the last one ended, with what that has saved. */
export function newRoof() {
  const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-pictures-'));
  let lifetimeEnergy = 6_214.3;
  /** What stands up just now. */
  let running: Roof | null = null;

  async function live({ from, isWeak = false, brokerPort, round = 300 }: Span): Promise<Roof> {
    const broker = brokerPort === undefined ? await startBroker() : null;
    const port = await freePort();
    const installation = await startInstallation({
      brokerPort: brokerPort ?? broker?.port ?? 0,
      ...(brokerPort === undefined ? {} : { prefix: '' }),
      start: utc(from),
      ecus: [{ site: { ...siteOf(isWeak), lifetimeEnergy, round }, isInMemory: true }],
      options: {
        http: { port, host: '127.0.0.1', password: null, allowedHosts: [] },
        stateFile: path.join(folder, 'state.json'),
        stopAtNight: true,
        position: PARIS,
      },
      mqtt: { picture: brokerPort !== undefined, discovery: brokerPort !== undefined },
      history: (log) => fileHistory(historyFolder(path.join(folder, 'history')), 400, log),
    });
    const url = `http://127.0.0.1:${port}/`;
    const roof: Roof = {
      url,
      now: () => installation.clock.now(),
      until: (time) => pass(installation, time),
      stop: async () => {
        running = null;
        lifetimeEnergy = installation.ecu.site.state().summary.lifetimeEnergy;
        await installation.stop();
        await broker?.stop();
      },
    };
    running = roof;
    await putLayout(url);
    return roof;
  }

  /** Nobody looks on: a round each quarter of an hour will do. */
  async function weeks(span: Span, until: string): Promise<void> {
    const roof = await live({ ...span, round: 900 });
    await roof.until(until);
    await roof.stop();
  }

  async function forget(): Promise<void> {
    await running?.stop();
    rmSync(folder, { recursive: true });
  }

  return { live, weeks, forget };
}

/** Paris in summer. */
const utc = (local: string) => new Date(Date.parse(`${local}Z`) - 2 * HOUR).toISOString();

async function pass(installation: Installation, time: string): Promise<void> {
  const end = Date.parse(utc(time));
  for (let left = 1; left > 0; ) {
    left = end - installation.clock.now().getTime();
    await installation.pass(Math.max(0, Math.min(left, DAY)));
  }
}

function siteOf(isWeak: boolean) {
  const chimney = { from: 212, to: 250 };
  const panel = (inverter: string, index: number, number: number) => ({
    ...(index < INVERTERS.length / 2 ? SIDES.east : SIDES.west),
    ...(inverter === SHADED && number === 1 ? { shade: chimney } : {}),
    ...(isWeak && inverter === WEAK && number === 2 ? { factor: 0.74 } : {}),
  });
  const inverters = INVERTERS.map((id, index) => ({
    family: 'ds3' as const,
    id,
    panels: [panel(id, index, 1), panel(id, index, 2)],
  }));
  return { ecu: 'ecu-r-pro' as const, ecuId: ECU, clouds: 0.3, position: PARIS, inverters };
}

async function putLayout(url: string): Promise<void> {
  const layout = JSON.stringify(eastAndWest());
  const answer = await fetch(`${url}api/layout`, { method: 'PUT', headers: { 'X-Aps2mqtt': '1' }, body: layout });
  if (!answer.ok) {
    throw new Error(`the layout is refused: ${await answer.text()}`);
  }
}
