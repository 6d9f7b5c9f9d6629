import path from 'node:path';
import { systemClock } from '../src/clock.ts';
import { messageOf, UsageError } from '../src/errors.ts';
import { readCapture } from '../src/tools/captureFile.ts';
import { FAMILIES, type Family } from '../src/tools/simulator/description.ts';
import { replaySource } from '../src/tools/simulator/replay.ts';
import { startSimulator } from '../src/tools/simulator/server.ts';
import { type SimulatedSite, simulatedSite } from '../src/tools/simulator/site.ts';
import { HELP, wishOf } from './arguments.ts';
import { type HeardBroker, startBroker } from './broker.ts';
import { freePort } from './freePort.ts';
import { type Program, startProgram } from './program.ts';
import { renderPoll, renderTable, renderTopics } from './table.ts';
import { viewEcus } from './view.ts';

/** ms for the whole demo; with --watch, until the table stands. */
const LIMIT = 20_000;
/** Of the page, where it is free. */
const PAGE_PORT = 8099;
const CAPTURE = path.join(__dirname, '../test/frames/ecurpro-2.0.7A-ds3x8-day-k110.json');

async function main(args: readonly string[]): Promise<void> {
  const wish = wishOf(args);
  if (wish === 'help') {
    print(HELP);
    return;
  }
  const isWatching = wish === 'watch';
  const undo: (() => Promise<void> | void)[] = [];
  try {
    const broker = await startBroker();
    undo.push(() => broker.stop());
    const site = everyFamily(isWatching ? 60 : 300);
    const capture = readCapture(CAPTURE);
    const simulators = await Promise.all([site, replaySource([capture])].map((source) => startSimulator({ source })));
    undo.push(...simulators.map((simulator) => () => simulator.stop()));

    const pagePort = isWatching ? await freePort(PAGE_PORT) : null;
    const started = performance.now();
    const program = startProgram({
      APS_ECU_IP: simulators.map(({ host }) => host).join(','),
      APS_ECU_PORT: simulators.map(({ port }) => port).join(','),
      MQTT_BROKER_HOST: '127.0.0.1',
      MQTT_BROKER_PORT: String(broker.port),
      MQTT_RETAIN: 'true',
      MQTT_DISCOVERY_ENABLED: 'true',
      ...(pagePort === null ? {} : { APS_HTTP_PORT: String(pagePort) }),
    });
    undo.push(() => program.kill());

    const devices = [...devicesOf(site), ...devicesOfCapture(capture.expected)];
    const arrival = (missing: () => string[]) =>
      inTime(
        program,
        broker.until(() => missing().length === 0),
        () => `these did not come: ${missing().slice(0, 5).join(', ')}`,
      );
    await arrival(() => missingStates(broker.payloads, devices));
    const ms = performance.now() - started;
    await arrival(() => missingDiscovery(broker.payloads, devices));
    print(report(broker.payloads, ms));
    if (pagePort !== null) {
      print(`\nThe page: http://127.0.0.1:${pagePort}`);
      await watch(broker, program);
    }
    await stop(program, broker);
  } finally {
    for (const step of undo.reverse()) {
      await step();
    }
  }
}

/** One inverter of every family, one of them offline and one never heard, where it is early afternoon just now. */
function everyFamily(round: number): SimulatedSite {
  const now = systemClock.now();
  const hoursEast = 13 - now.getUTCHours();
  const families = Object.keys(FAMILIES) as Family[];
  const inverters = families.map((family) => ({ family }));
  return simulatedSite(
    {
      ecu: 'ecu-r-pro',
      inverters: [...inverters, { family: 'ds3', state: 'offline' }, { family: 'qs1', state: 'neverHeard' }],
      position: { latitude: 20, longitude: ((hoursEast * 15 + 540) % 360) - 180 },
      // Its name has the sign turned round: Etc/GMT-8 is eight hours ahead.
      timeZone: `Etc/GMT${hoursEast > 0 ? '-' : '+'}${Math.abs(hoursEast)}`,
      clouds: 0.3,
      round,
      delay: 5,
    },
    systemClock,
  );
}

/** Topics of an ECU and of its inverters. */
function devicesOf(site: SimulatedSite): string[] {
  const { ecuId } = site.state().summary;
  return topicsOf(ecuId, site.inverters);
}

function devicesOfCapture(expected: unknown): string[] {
  const { summary, inverters } = expected as {
    readonly summary: { readonly ecuId: string };
    readonly inverters: { readonly records: readonly { readonly id: string }[] };
  };
  return topicsOf(summary.ecuId, inverters.records);
}

function topicsOf(ecuId: string, inverters: readonly { readonly id: string }[]): string[] {
  return [`aps/${ecuId}`, ...inverters.map(({ id }) => `aps/${ecuId}/${id}`)];
}

const isDiscovery = (topic: string) => topic.startsWith('homeassistant/');

/** What a whole poll of all ECUs must have brought to the broker, and has not yet. */
function missingStates(payloads: ReadonlyMap<string, string>, devices: readonly string[]): string[] {
  const ecus = devices.filter((device) => device.split('/').length === 2);
  const online = ['aps/status', ...ecus.map((ecu) => `${ecu}/availability`)];
  return [
    ...online.filter((topic) => payloads.get(topic) !== 'online').map((topic) => `online on ${topic}`),
    ...devices.filter((device) => !payloads.has(device)),
  ];
}

/** Devices that Home Assistant has not been told of yet. */
function missingDiscovery(payloads: ReadonlyMap<string, string>, devices: readonly string[]): string[] {
  const discovery = [...payloads.keys()].filter(isDiscovery);
  const ids = devices.map((device) => device.split('/').at(-1) ?? '');
  return ids.filter((id) => !discovery.some((topic) => topic.includes(id))).map((id) => `discovery of ${id}`);
}

/** Waits, but no longer than the limit, and no longer than the program runs. */
async function inTime(program: Program, wait: Promise<void>, describe: () => string): Promise<void> {
  const limit = new AbortController();
  try {
    await Promise.race([
      wait,
      program.ended.then((code) => {
        throw new Error(`the program ended with exit code ${code}: ${describe()}`);
      }),
      systemClock.sleep(LIMIT - performance.now(), limit.signal).then(() => {
        throw new Error(`after ${LIMIT / 1000} s ${describe()}`);
      }),
    ]);
  } catch (error) {
    throw new Error(`${messageOf(error)}\nThe program said:\n${program.output() || '(nothing)'}`, { cause: error });
  } finally {
    limit.abort();
  }
}

function report(payloads: ReadonlyMap<string, string>, ms: number): string {
  const states = new Map([...payloads].filter(([topic]) => !isDiscovery(topic)));
  return [
    `Two simulated ECUs, read by aps2mqtt and heard from a broker ${Math.round(ms)} ms after the program was started:`,
    renderTable(viewEcus(payloads), { colour: process.stdout.isTTY === true }),
    `Topics (${states.size}):\n${renderTopics(states)}`,
    `Discovery messages for Home Assistant: ${payloads.size - states.size}`,
  ].join('\n\n');
}

/** Prints a line for each poll of each ECU, until Ctrl-C. */
async function watch(broker: HeardBroker, program: Program): Promise<void> {
  print('\nGoing on until Ctrl-C; the simulated ECU has new values once a minute.');
  broker.onMessage((topic) => {
    const ecu = viewEcus(broker.payloads).find(({ id }) => topic === `aps/${id}`);
    if (ecu !== undefined) {
      print(renderPoll(systemClock.now(), ecu));
    }
  });
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await Promise.race([interrupted, program.ended]);
}

async function stop(program: Program, broker: HeardBroker): Promise<void> {
  program.stop();
  const asked = performance.now();
  const code = await Promise.race([program.ended, systemClock.sleep(5000, new AbortController().signal)]);
  if (code !== 0) {
    throw new Error(`asked to end, the program gave exit code ${code ?? 'none'}:\n${program.output()}`);
  }
  await Promise.race([
    broker.until(() => broker.payloads.get('aps/status') === 'offline'),
    systemClock.sleep(1000, new AbortController().signal),
  ]);
  if (broker.payloads.get('aps/status') !== 'offline') {
    throw new Error('the program ended and left "online" on aps/status');
  }
  print(`\nAsked to end, the program said offline and ended ${Math.round(performance.now() - asked)} ms later.`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof UsageError ? '' : 'The demo failed: '}${messageOf(error)}\n`);
    process.exit(1);
  },
);
