import type { Clock } from '../../src/clock.ts';
import { codeOf } from '../../src/errors.ts';
import type { SiteDescription } from '../../src/tools/simulator/description.ts';
import { type SimulatedModbus, startModbus } from '../../src/tools/simulator/modbusServer.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import type { SimulatedSite } from '../../src/tools/simulator/siteState.ts';
import { type SimulatedWeb, startWeb } from '../../src/tools/simulator/webServer.ts';

/** A simulated ECU at an address of its own, with Modbus and its web page. */
export interface WholeEcu {
  readonly site: SimulatedSite;
  readonly simulator: Simulator;
  readonly modbus: SimulatedModbus;
  readonly web: SimulatedWeb;
  /** What the program has to be told of it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** An ECU has its page there, and nowhere else. */
const WEB_PORT = 80;
const CLOCK: Pick<Clock, 'now'> = { now: () => new Date() };

/** @param description its rounds take two minutes, and it is noon where its panels are, unless told */
export async function startEcu(description: SiteDescription): Promise<WholeEcu> {
  const usual = { position: noonNow(), timeZone: 'UTC', round: 120, delay: 2, todayEnergy: energySoFar() };
  const site = simulatedSite({ ...usual, ...description }, CLOCK);
  const web = await startWebSomewhere(site);
  const { host } = web;
  const simulator = await startSimulator({ source: site, host });
  const modbus = await startModbus(site, { host, port: 0 }, CLOCK);
  return {
    site,
    simulator,
    modbus,
    web,
    environment: {
      APS_ECU_IP: host,
      APS_ECU_PORT: String(simulator.port),
      APS_ECU_TIMEZONE: 'UTC',
      APS_ECU_MODBUS_PORT: String(modbus.port),
    },
    async stop() {
      await Promise.all([simulator, modbus, web].map((one) => one.stop()));
    },
  };
}

/** What one program has to be told of several. */
export function environmentOf(ecus: readonly WholeEcu[]): Readonly<Record<string, string>> {
  const names = Object.keys(ecus[0]?.environment ?? {});
  return Object.fromEntries(names.map((name) => [name, ecus.map((ecu) => ecu.environment[name]).join(',')]));
}

/** Where the sun stands highest now. */
function noonNow() {
  const now = CLOCK.now();
  return { latitude: 0, longitude: 180 - (now.getUTCHours() + now.getUTCMinutes() / 60) * 15 };
}

/** kWh: more than any run before can have left, since Home Assistant would tell of a counter that falls by day. */
function energySoFar(): number {
  const now = CLOCK.now();
  return (now.getUTCHours() * 60 + now.getUTCMinutes()) / 10;
}

/** @throws Error that says what a machine needs for it */
async function startWebSomewhere(site: SimulatedSite): Promise<SimulatedWeb> {
  for (let tries = 0; ; tries++) {
    const [second, third, fourth] = Array.from({ length: 3 }, () => 1 + Math.floor(Math.random() * 250));
    const host = `127.${second}.${third}.${fourth}`;
    try {
      return await startWeb(site, { host, port: WEB_PORT }, CLOCK);
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE' || tries > 9) {
        throw new Error(`port ${WEB_PORT} of ${host} is needed (as root, or with Linux in a container)`, {
          cause: error,
        });
      }
    }
  }
}
