import { PRESS } from '../mqtt/contract/commands.ts';
import { OFFLINE, ONLINE } from '../mqtt/contract/message.ts';
import type { Topics } from '../mqtt/contract/topics.ts';
import type { Entity } from './entities.ts';
import type { Look } from './look.ts';

/** Fields of a discovery message, by Home Assistant's long names. */
export type Config = Readonly<Record<string, unknown>>;

/** The Python program's ids, so that its entities and their history go on. */
export const uniqueId = (deviceId: string, suffix: string) => `aps_${deviceId}_${suffix}`;

/** The sensors of a table, by the end of their `unique_id`. */
export function sensors<Source>(
  id: string,
  entities: readonly Entity<Source>[],
  topics: Topics,
  stateTopic: string,
): [string, Config][] {
  return entities.flatMap(({ key, suffix = key, look }) =>
    look === null ? [] : [[suffix, sensor(uniqueId(id, suffix), key, look, topics, stateTopic)]],
  );
}

function sensor(id: string, key: string, look: Look, topics: Topics, stateTopic: string): Config {
  const optional = {
    device_class: look.deviceClass,
    state_class: look.stateClass,
    // Home Assistant skips an empty one.
    last_reset_value_template: look.resetKey && `{{ value_json.${look.resetKey} or '' }}`,
    unit_of_measurement: look.unit,
    suggested_display_precision: look.precision,
    icon: look.icon,
    entity_category: look.isDiagnostic && 'diagnostic',
    enabled_by_default: look.isOffByDefault && false,
  };
  return {
    platform: look.platform,
    unique_id: id,
    name: look.name,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    value_template: `{{ value_json.${key} }}`,
    // Home Assistant's templates write a JSON true as True.
    ...(look.platform === 'binary_sensor' ? { payload_on: 'True', payload_off: 'False' } : {}),
    ...(look.attributes === undefined ? {} : attributes(look.attributes, stateTopic)),
    ...(look.availability === 'kept' ? keptAvailability(topics) : {}),
  };
}

function attributes(keys: readonly string[], stateTopic: string): Config {
  const pairs = keys.map((key) => `'${key}': value_json.${key}`).join(', ');
  return { json_attributes_topic: stateTopic, json_attributes_template: `{{ {${pairs}} | tojson }}` };
}

/** They work whenever we run: an ECU that does not answer is the one that people want to ask again. */
export function buttons(ecuId: string, canRestart: boolean, topics: Topics): [string, Config][] {
  const button = (suffix: string, fields: Config): [string, Config] => [
    suffix,
    {
      platform: 'button',
      unique_id: uniqueId(ecuId, suffix),
      ...fields,
      payload_press: PRESS,
      ...keptAvailability(topics),
    },
  ];
  const refresh = { name: 'Refresh', icon: 'mdi:refresh', command_topic: topics.refresh(ecuId) };
  const restart = {
    name: 'Restart',
    device_class: 'restart',
    entity_category: 'config',
    command_topic: topics.restart(ecuId),
  };
  return [button('refresh', refresh), ...(canRestart ? [button('restart', restart)] : [])];
}

/** The roof as a picture: what it shows it tells itself, so it stays while the ECU is silent. */
export function picture(ecuId: string, topics: Topics): [string, Config] {
  return image(ecuId, 'roof', 'Roof', topics.picture(ecuId), topics);
}

export function pictureOfAll(ecuId: string, topics: Topics): [string, Config] {
  return image(ecuId, 'roof_of_all', 'Roof of all ECUs', topics.pictureOfAll, topics);
}

function image(ecuId: string, suffix: string, name: string, topic: string, topics: Topics): [string, Config] {
  const look = { name, icon: 'mdi:solar-panel-large', image_topic: topic, content_type: 'image/svg+xml' };
  return [suffix, { platform: 'image', unique_id: uniqueId(ecuId, suffix), ...look, ...keptAvailability(topics) }];
}

export const liveAvailability = (ecuId: string, topics: Topics) =>
  availability([topics.status, topics.availability(ecuId)]);

const keptAvailability = (topics: Topics) => availability([topics.status]);

/** Mode `all`: the default, `latest`, is wrong for two topics. */
function availability(topics: readonly string[]): Config {
  return {
    availability: topics.map((topic) => ({ topic, payload_available: ONLINE, payload_not_available: OFFLINE })),
    availability_mode: 'all',
  };
}
