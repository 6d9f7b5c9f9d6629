import { DateTime } from 'luxon';
import { ecuModel, inverterFamily } from '../../ecu/models.ts';
import type { CaptureFile } from '../captureFile.ts';
import type { SimulateArguments } from './arguments.ts';
import { reachableAt } from './reachable.ts';
import type { Simulator } from './server.ts';
import type { SimulatedSite } from './siteState.ts';
import { wakesAt } from './sun.ts';

/** What is served: an ECU with its inverters. */
export function describeSite(site: SimulatedSite, parsed: SimulateArguments, now: Date): string {
  const { round, delay, speed } = parsed.site;
  const { ecuId } = site.state().summary;
  const counts = new Map<string, number>();
  for (const { id } of site.inverters) {
    const name = inverterFamily(id)?.name ?? id;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const list = Array.from(counts, ([name, count]) => `${count} ${name}`).join(', ');
  const pace = speed === 1 ? '' : ` Its time runs ${speed} times as fast as yours, its energies grow by yours.`;
  return [
    `Simulating an ${ecuModel(ecuId).name} with the id ${ecuId}`,
    `Inverters: ${list}`,
    ...nightLine(parsed, now),
    `A poll round every ${round} s, its values ${delay} s later.${pace}`,
  ].join('\n');
}

/** In the dark an ECU without power looks like a simulator that does not work. Times are by the ECU's clock. */
function nightLine({ day, site: { position, timeZone } }: SimulateArguments, now: Date): string[] {
  const morning = wakesAt(now, position);
  if (morning === null) {
    return ['The sun does not rise there today: all inverters are offline.'];
  }
  if (morning.getTime() === now.getTime()) {
    return [];
  }
  const until = DateTime.fromJSDate(morning).setZone(timeZone).toFormat('HH:mm');
  return [`It is night there until ${until}: all inverters are offline.${day ? '' : ' --day begins at sunrise.'}`];
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
export function welcome({ host, port }: Simulator, program: string, speed: number, isListening: boolean): string {
  // Left to itself the bridge rests at night for longer than a fast morning takes.
  const interval = speed > 1 ? ' APS_POLL_INTERVAL=60' : '';
  const broker = 'MQTT_BROKER_HOST=127.0.0.1 MQTT_DISCOVERY_ENABLED=true';
  return [
    `Listening at ${host}, port ${port}. Point aps2mqtt at it:`,
    `  APS_ECU_IP=${reachableAt(host)} APS_ECU_PORT=${port}${interval} ${broker} ${program}`,
    `${isListening ? 'Type help to make it misbehave. ' : ''}Ctrl-C ends it.`,
  ].join('\n');
}
