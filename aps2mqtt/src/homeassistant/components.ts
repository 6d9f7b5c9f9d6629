import { PRESS } from '../mqtt/contract/commands.ts';
import { OFFLINE, ONLINE } from '../mqtt/contract/message.ts';
import type { Topics } from '../mqtt/contract/topics.ts';
import type { Entity } from './entity.ts';
import type { Look } from './look.ts';

/** Fields of a discovery message, by Home Assistant's long names. */
export type Config = Readonly<Record<string, unknown>>;

/** The Python program's ids, so that its entities and their history go on. */
export const uniqueId = (deviceId: string, suffix: string) => `aps_${deviceId}_${suffix}`;

/** Where a device's entities read, and are told what to do. */
interface Wires {
  readonly topics: Topics;
  readonly ecuId: string;
  /** Where it is not the device's own. */
  readonly stateTopic?: string;
}

/** The entities of a table, by the end of their `unique_id`. */
export function sensors<Source>(id: string, entities: readonly Entity<Source>[], wires: Wires): [string, Config][] {
  return entities.flatMap(({ key, suffix = key, look }) =>
    look === null ? [] : [[suffix, sensor(id, suffix, key, look, wires)]],
  );
}

function sensor(
  deviceId: string,
  suffix: string,
  key: string,
  look: Look,
  { topics, ecuId, stateTopic }: Wires,
): Config {
  const ownTopic = deviceId === ecuId ? topics.ecu(ecuId) : topics.inverter(ecuId, deviceId);
  const optional = {
    state_topic: stateTopic,
    device_class: look.deviceClass,
    options: look.options,
    state_class: look.stateClass,
    // Home Assistant skips an empty one.
    last_reset_value_template: look.resetKey && `{{ ${read(look.resetKey)} or '' }}`,
    unit_of_measurement: look.unit,
    suggested_display_precision: look.precision,
    icon: look.icon,
    entity_category: look.isDiagnostic && 'diagnostic',
    enabled_by_default: look.isOffByDefault && false,
    command_topic: look.setting && topics.setting(ecuId, look.setting, deviceId === ecuId ? null : deviceId),
    optimistic: look.isAssumed,
    ...look.range,
  };
  return {
    platform: look.platform,
    unique_id: uniqueId(deviceId, suffix),
    name: look.name,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    value_template: `{{ ${read(key)} }}`,
    ...WORDS[look.platform],
    ...(look.attributes === undefined ? {} : attributes(look.attributes, stateTopic ?? ownTopic)),
    ...availabilityOf(look, ecuId, topics),
  };
}

/** Null where a state lacks the key: what is switched off is announced for a moment longer than it is said. */
const read = (key: string) => `value_json.${key} | default(none)`;

function attributes(keys: readonly string[], stateTopic: string): Config {
  const pairs = keys.map((key) => `'${key}': ${read(key)}`).join(', ');
  return { json_attributes_topic: stateTopic, json_attributes_template: `{{ {${pairs}} | tojson }}` };
}

/** Home Assistant's templates write a JSON true as True. */
const WORDS: Readonly<Record<Look['platform'], Config>> = {
  sensor: {},
  number: {},
  binary_sensor: { payload_on: 'True', payload_off: 'False' },
  switch: { payload_on: 'ON', payload_off: 'OFF', state_on: 'True', state_off: 'False' },
};

/** What differs from the device's own, which is that of live values. */
function availabilityOf({ availability: kind }: Pick<Look, 'availability'>, ecuId: string, topics: Topics): Config {
  switch (kind) {
    case 'live':
      return {};
    case 'kept':
      return keptAvailability(topics);
    case 'modbus':
      return sideAvailability(topics.ecu(ecuId), 'modbus_available', ecuId, topics);
    case 'meter':
      return sideAvailability(topics.meter(ecuId), 'available', ecuId, topics);
  }
}

/** The ECU answers, and so does what it has beside port 8899: its state says so. */
function sideAvailability(topic: string, key: string, ecuId: string, topics: Topics): Config {
  const live = availability([topics.status, topics.availability(ecuId)]);
  const valueTemplate = `{{ '${ONLINE}' if ${read(key)} else '${OFFLINE}' }}`;
  const own = { topic, value_template: valueTemplate, payload_available: ONLINE, payload_not_available: OFFLINE };
  return { ...live, availability: [...live.availability, own] };
}

/** They work whenever we run: an ECU that does not answer is the one that people want to ask again. */
export function buttons(
  ecuId: string,
  { canRestart, canLimit }: { readonly canRestart: boolean; readonly canLimit: boolean },
  topics: Topics,
): [string, Config][] {
  const button = (suffix: string, fields: Config): [string, Config] => [
    suffix,
    {
      platform: 'button',
      unique_id: uniqueId(ecuId, suffix),
      payload_press: PRESS,
      ...keptAvailability(topics),
      ...fields,
    },
  ];
  const refresh = { name: 'Refresh', icon: 'mdi:refresh', command_topic: topics.refresh(ecuId) };
  const restart = {
    name: 'Restart',
    device_class: 'restart',
    entity_category: 'config',
    command_topic: topics.restart(ecuId),
  };
  const release = {
    name: 'Release limit',
    icon: 'mdi:car-speed-limiter',
    command_topic: topics.setting(ecuId, 'release_limit'),
    ...availabilityOf({ availability: 'modbus' }, ecuId, topics),
  };
  return [
    button('refresh', refresh),
    ...(canRestart ? [button('restart', restart)] : []),
    ...(canLimit ? [button('release_limit', release)] : []),
  ];
}

/** The roof as a picture: what it shows it tells itself, so it stays while the ECU is silent. */
export function picture(ecuId: string, topics: Topics): [string, Config] {
  return image(ecuId, 'roof', 'Roof', topics.picture(ecuId), topics);
}

export function pictureOfAll(ecuId: string, topics: Topics): [string, Config] {
  return image(ecuId, 'roof_of_all', 'Roof of all ECUs', topics.pictureOfAll(ecuId), topics);
}

function image(ecuId: string, suffix: string, name: string, topic: string, topics: Topics): [string, Config] {
  const look = { name, icon: 'mdi:solar-panel-large', image_topic: topic, content_type: 'image/svg+xml' };
  return [suffix, { platform: 'image', unique_id: uniqueId(ecuId, suffix), ...look, ...keptAvailability(topics) }];
}

export const liveAvailability = (ecuId: string, topics: Topics) =>
  availability([topics.status, topics.availability(ecuId)]);

const keptAvailability = (topics: Topics) => availability([topics.status]);

/** Mode `all`: the default, `latest`, is wrong for two topics. */
function availability(topics: readonly string[]) {
  return {
    availability: topics.map((topic) => ({ topic, payload_available: ONLINE, payload_not_available: OFFLINE })),
    availability_mode: 'all',
  };
}
