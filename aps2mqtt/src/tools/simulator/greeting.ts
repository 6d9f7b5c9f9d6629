import { DateTime } from 'luxon';
import { ecuModel, inverterFamily } from '../../ecu/models.ts';
import type { CaptureFile } from '../captureFile.ts';
import type { DescribedSite, SimulateArguments } from './arguments.ts';
import { reachableAt } from './reachable.ts';
import type { Place } from './simulator.ts';
import type { SimulatedSite } from './siteState.ts';
import { wakesAt } from './sun.ts';
import type { SimulatedEcu } from './words.ts';

/** What is served: ECUs with their inverters. */
export function describeSites(sites: readonly SimulatedSite[], parsed: SimulateArguments, now: Date): string {
  const { sites: descriptions, speed } = parsed;
  const [description] = descriptions;
  if (description === undefined) {
    return '';
  }
  const isSingle = sites.length === 1;
  const ecus = sites.flatMap((site, index) => {
    const { ecuId } = site.state().summary;
    return [
      `${isSingle ? '' : `${index + 1}: `}Simulating an ${ecuModel(ecuId).name} with the id ${ecuId}`,
      `${isSingle ? '' : '   '}Inverters: ${listInverters(site)}`,
    ];
  });
  const pace = speed === 1 ? '' : ` Its time runs ${speed} times as fast as yours, and its energies grow as fast.`;
  return [
    ...ecus,
    ...sunLine(description, parsed, now),
    `A poll round every ${description.round} s, its values ${description.delay} s later.${pace}`,
  ].join('\n');
}

function listInverters(site: SimulatedSite): string {
  const counts = new Map<string, number>();
  for (const { id } of site.inverters) {
    const name = inverterFamily(id)?.name ?? id;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Array.from(counts, ([name, count]) => `${count} ${name}`).join(', ');
}

/** In the dark an ECU without power looks like a simulator that does not work. Times are by the ECU's clock. */
function sunLine(
  { position, timeZone, sunOffset = 0 }: DescribedSite,
  { day }: SimulateArguments,
  now: Date,
): string[] {
  const itsNow = new Date(now.getTime() + sunOffset * 1000);
  const morning = wakesAt(itsNow, position);
  if (morning === null) {
    return ['The sun does not rise there today: its inverters sleep.'];
  }
  if (morning.getTime() !== itsNow.getTime()) {
    const until = DateTime.fromJSDate(morning).setZone(timeZone).toFormat('HH:mm');
    return [`It is night there until ${until}: its inverters sleep.${day ? '' : ' --day begins at sunrise.'}`];
  }
  return sunOffset === 0 ? [] : ['Its sun begins at noon, as the real one is low. --real-sun: where it truly stands.'];
}

/** What is served: replies that were captured. */
export function describeReplay(captures: readonly CaptureFile[]): string {
  const models = captures.map(({ model }) => `  ${model}`).join('\n');
  const turns = captures.length > 1 ? ', one after the other with each query for the summary' : '';
  return `Replaying captured replies${turns}:\n${models}`;
}

/**
 * Where it listens, and the line to paste into another terminal.
 *
 * @param program how the person started this program
 */
export function welcome(places: readonly Place[], program: string, speed: number, isListening: boolean): string {
  // Left to itself the bridge rests at night for longer than a fast morning takes.
  const interval = speed > 1 ? ' APS_POLL_INTERVAL=60' : '';
  const broker = 'MQTT_BROKER_HOST=127.0.0.1 MQTT_DISCOVERY_ENABLED=true';
  const where = places.map(({ host, port }) => `${host}, port ${port}`).join('; ');
  const hosts = places.map(({ host }) => reachableAt(host)).join(',');
  const ports = places.map(({ port }) => port).join(',');
  return [
    `Listening at ${where}. Point aps2mqtt at it:`,
    `  APS_ECU_IP=${hosts} APS_ECU_PORT=${ports}${interval} ${broker} ${program}`,
    `${isListening ? 'Type help to make it misbehave. ' : ''}Ctrl-C ends it.`,
  ].join('\n');
}

/** Where Modbus and web pages are served, and how to make use of them. */
export function sideLines(ecus: readonly SimulatedEcu[]): string[] {
  const ports = (servers: readonly (Place | null)[]) =>
    servers.flatMap((one) => (one === null ? [] : [`${one.host}, port ${one.port}`])).join('; ');
  const modbus = ecus.map((ecu) => ecu.modbus);
  const web = ecus.map((ecu) => ecu.web);
  const modbusPorts = modbus.flatMap((one) => (one === null ? [] : [one.port])).join(',');
  return [
    ...(modbusPorts === ''
      ? []
      : [`Modbus is served at ${ports(modbus)} (APS_ECU_MODBUS=control APS_ECU_MODBUS_PORT=${modbusPorts}).`]),
    ...(web.every((one) => one === null)
      ? []
      : [`Its web page is served at ${ports(web)} (APS_ECU_WEB_PAGE=control, which asks port 80).`]),
  ];
}
