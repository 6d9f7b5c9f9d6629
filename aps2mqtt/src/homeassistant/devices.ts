import { PRESS } from '../mqtt/commands.ts';
import { OFFLINE, ONLINE } from '../mqtt/message.ts';
import type { Topics } from '../mqtt/topics.ts';
import type { EcuSnapshot, InverterSnapshot } from '../site/snapshot.ts';
import { type Entity, ecuEntities, inverterEntities } from './entities.ts';
import type { Look } from './look.ts';

/** Fields of a discovery message, by Home Assistant's long names. */
export type Config = Readonly<Record<string, unknown>>;

/** One device of Home Assistant: an ECU or an inverter. */
export interface Device {
  /** 12 digits: the device's identifier, and the middle of its entities' `unique_id`s. */
  readonly id: string;
  /** The device block. */
  readonly device: Config;
  readonly stateTopic: string;
  /** Of live values. Kept values bring their own. */
  readonly availability: Config;
  /** By the end of the `unique_id`. */
  readonly components: ReadonlyMap<string, Config>;
}

/** An ECU to announce. */
export interface Announced {
  readonly snapshot: EcuSnapshot;
  /** It can be restarted, and the person wants that. */
  readonly canRestart: boolean;
}

/** The Python program's ids, so that its entities and their history go on. */
export const uniqueId = (deviceId: string, suffix: string) => `aps_${deviceId}_${suffix}`;

/**
 * The ECUs, each followed by its inverters: a parent has to be known before its children. An inverter that two ECUs
 * know, because it moved, belongs to the one that has it in its list now.
 */
export function devicesOf(ecus: readonly Announced[], topics: Topics): readonly Device[] {
  const owners = new Map<string, string>();
  for (const { snapshot } of ecus) {
    for (const { id, online } of snapshot.inverters) {
      if (online !== null || !owners.has(id)) {
        owners.set(id, snapshot.ecuId);
      }
    }
  }
  return ecus.flatMap((ecu) => {
    const { ecuId, inverters, name } = ecu.snapshot;
    const isNameTaken = ecus.some(({ snapshot }) => snapshot.ecuId !== ecuId && snapshot.name === name);
    return [
      ecuDevice(ecu, isNameTaken ? `${name} ${ecuId}` : name, topics),
      ...inverters.filter(({ id }) => owners.get(id) === ecuId).map((one) => inverterDevice(one, ecuId, topics)),
    ];
  });
}

function ecuDevice({ snapshot, canRestart }: Announced, name: string, topics: Topics): Device {
  const { ecuId, model, firmware } = snapshot;
  return {
    id: ecuId,
    device: {
      identifiers: [ecuId],
      name,
      manufacturer: 'APsystems',
      model,
      serial_number: ecuId,
      ...(firmware === null ? {} : { sw_version: firmware }),
    },
    stateTopic: topics.ecu(ecuId),
    availability: liveAvailability(ecuId, topics),
    components: new Map([...sensors(ecuId, ecuEntities, topics), ...buttons(ecuId, canRestart, topics)]),
  };
}

function inverterDevice(inverter: InverterSnapshot, ecuId: string, topics: Topics): Device {
  const { id, family } = inverter;
  return {
    id,
    device: {
      identifiers: [id],
      name: `${family ?? 'Inverter'} ${id}`,
      manufacturer: 'APsystems',
      ...(family === null ? {} : { model: family }),
      serial_number: id,
      via_device: ecuId,
    },
    stateTopic: topics.inverter(ecuId, id),
    availability: liveAvailability(ecuId, topics),
    components: new Map(sensors(id, inverterEntities(inverter), topics)),
  };
}

function sensors<Source>(id: string, entities: readonly Entity<Source>[], topics: Topics): [string, Config][] {
  return entities.flatMap(({ key, suffix = key, look }) =>
    look === null ? [] : [[suffix, sensor(uniqueId(id, suffix), key, look, topics)]],
  );
}

function sensor(id: string, key: string, look: Look, topics: Topics): Config {
  const optional = {
    device_class: look.deviceClass,
    state_class: look.stateClass,
    unit_of_measurement: look.unit,
    suggested_display_precision: look.precision,
    icon: look.icon,
    entity_category: look.isDiagnostic && 'diagnostic',
  };
  return {
    platform: look.platform,
    unique_id: id,
    name: look.name,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    value_template: `{{ value_json.${key} }}`,
    // Home Assistant's templates write a JSON true as True.
    ...(look.platform === 'binary_sensor' ? { payload_on: 'True', payload_off: 'False' } : {}),
    ...(look.availability === 'kept' ? keptAvailability(topics) : {}),
  };
}

/** They work whenever we run: an ECU that does not answer is the one that people want to ask again. */
function buttons(ecuId: string, canRestart: boolean, topics: Topics): [string, Config][] {
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

const liveAvailability = (ecuId: string, topics: Topics) => availability([topics.status, topics.availability(ecuId)]);

const keptAvailability = (topics: Topics) => availability([topics.status]);

/** Mode `all`: the default, `latest`, is wrong for two topics. */
function availability(topics: readonly string[]): Config {
  return {
    availability: topics.map((topic) => ({ topic, payload_available: ONLINE, payload_not_available: OFFLINE })),
    availability_mode: 'all',
  };
}
