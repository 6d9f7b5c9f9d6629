import type { Topics } from '../mqtt/topics.ts';
import type { EcuSnapshot, InverterSnapshot } from '../site/snapshot.ts';
import { buttons, type Config, liveAvailability, sensors } from './components.ts';
import { ecuEntities, inverterEntities } from './entities.ts';

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
  /** False for an inverter of which nobody knows yet how many panels it has: it may have more than these. */
  readonly isComplete: boolean;
}

/** An ECU to announce. */
export interface Announced {
  readonly snapshot: EcuSnapshot;
  /** It can be restarted, and the person wants that. */
  readonly canRestart: boolean;
}

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
    isComplete: true,
  };
}

function inverterDevice(inverter: InverterSnapshot, ecuId: string, topics: Topics): Device {
  const { id, family, channels } = inverter;
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
    isComplete: channels !== null,
  };
}
