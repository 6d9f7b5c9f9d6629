import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { MARKER } from '../../src/homeassistant/keptDiscovery.ts';
import { endPrograms, type Program, startProgram } from '../support/program.ts';
import { type EntityState, HomeAssistant, type RegistryEntry } from './api.ts';
import { complaintsOf } from './complaints.ts';
import { installed } from './installed.ts';
import { pause, settle } from './patience.ts';

/** A value of an entity, by its `unique_id` without `aps_`. */
export type Key = `${string}_${string}`;

/**
 * Where a file of tests plays: ECUs and inverters of its own, and topics of its own, so that several play side by side
 * in one Home Assistant.
 */
export interface Stage {
  readonly home: HomeAssistant;
  readonly client: MqttClient;
  /** In front of all topics of its programs. */
  readonly prefix: string;
  /** The built program, told of the broker and whatever else stands here. */
  start(more: Readonly<Record<string, string>>): Program;
  /** What the broker keeps on this topic. */
  kept(topic: string): Promise<string>;
  entry(key: Key): Promise<RegistryEntry | undefined>;
  state(key: Key): Promise<EntityState | undefined>;
  /** Waits until the entity has this state. */
  shows(key: Key, state: string | RegExp, ms?: number): Promise<void>;
  /** As a person would, who has this entity on a dashboard. */
  call(service: string, key: Key, data?: object): Promise<void>;
  /** What Home Assistant has logged of us since the stage was opened. */
  complaints(): Promise<readonly string[]>;
  /** Ends the programs, and takes everything out of the broker and Home Assistant. */
  close(): Promise<void>;
}

const PATIENCE_MS = 60_000;
const NOTHING: Pick<EntityState, 'state' | 'attributes'> = { state: 'nothing', attributes: {} };
const CLEARED_MS = 1_000;

/** @param deviceIds ECUs and inverters, all made up */
export async function openStage(name: string, deviceIds: readonly string[]): Promise<Stage> {
  const { url, token, host, port } = installed;
  const home = await HomeAssistant.connect(url, token);
  const client = connect({ host, port: Number(port), protocol: 'mqtt' });
  const prefix = `test-${name}`;
  const folder = await mkdtemp(path.join(tmpdir(), `aps2mqtt-${name}-`));
  const filters = ['homeassistant/+/+/config', `${prefix}/#`];
  // A run that was ended early may have left something.
  await clear();
  const before = await complaintsOf(home, deviceIds);

  async function clear(): Promise<void> {
    const kept = new Set<string>();
    const hear = (topic: string, payload: Buffer) => {
      const isOurs = topic.startsWith(`${prefix}/`) || deviceIds.some((id) => topic.includes(id));
      // To empty a marker Home Assistant would complain of.
      if (isOurs && payload.length > 0 && payload.toString() !== MARKER) {
        kept.add(topic);
      }
    };
    client.on('message', hear);
    await client.subscribeAsync(filters);
    await pause(CLEARED_MS);
    await client.unsubscribeAsync(filters);
    client.off('message', hear);
    const isDiscovery = (topic: string) => topic.startsWith('homeassistant/');
    // First the entities go, which would have to read empty states.
    for (const topics of [[...kept].filter(isDiscovery), [...kept].filter((topic) => !isDiscovery(topic))]) {
      for (const topic of topics) {
        await client.publishAsync(topic, '', { retain: true, qos: 1 });
      }
      await pause(topics.length > 0 ? CLEARED_MS : 0);
    }
  }

  const entry = async (key: Key) => (await home.entries(deviceIds)).find(({ unique_id }) => unique_id === `aps_${key}`);
  const state = async (key: Key) => (await home.states()).get((await entry(key))?.entity_id ?? '');
  return {
    home,
    client,
    prefix,
    entry,
    state,
    async kept(topic) {
      const heard = new Promise<string>((resolve) => {
        client.once('message', (_, payload) => resolve(payload.toString()));
      });
      await client.subscribeAsync(topic);
      const payload = await heard;
      await client.unsubscribeAsync(topic);
      return payload;
    },
    start: (more) =>
      startProgram({
        TZ: 'UTC',
        MQTT_BROKER_HOST: host,
        MQTT_BROKER_PORT: port,
        MQTT_CLIENT_ID: `aps2mqtt-${name}`,
        MQTT_TOPIC_PREFIX: prefix,
        MQTT_DISCOVERY_ENABLED: 'true',
        APS_STATE_FILE: path.join(folder, 'state.json'),
        ...more,
      }),
    shows: (key, wanted, ms = PATIENCE_MS) =>
      settle(ms, async () => {
        const { state: shown, attributes } = (await state(key)) ?? NOTHING;
        // While the integration is loaded anew, as it is once by one of the files, this is not our word.
        if (attributes.restored === true) {
          return [`${key} is not loaded`];
        }
        const isWanted = typeof wanted === 'string' ? shown === wanted : wanted.test(shown);
        return isWanted ? [] : [`${key} shows ${shown}, not ${wanted}`];
      }),
    async call(service, key, data = {}) {
      const [domain, action] = service.split('.');
      const { entity_id = '' } = (await entry(key)) ?? {};
      await home.ask('call_service', { domain, service: action, target: { entity_id }, service_data: data });
    },
    complaints: async () => (await complaintsOf(home, deviceIds)).filter((line) => !before.includes(line)),
    async close() {
      await endPrograms();
      await clear();
      await client.endAsync();
      home.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
