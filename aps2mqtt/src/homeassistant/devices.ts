import type { Topics } from '../mqtt/contract/topics.ts';
import type { EcuSnapshot, InverterSnapshot } from '../site/snapshot.ts';
import { buttons, type Config, liveAvailability, picture, pictureOfAll, sensors } from './components.ts';
import { ecuEntities, inverterEntities } from './entities.ts';
import { meterRows } from './extraEntities.ts';
import { Owners } from './owners.ts';

/** One device of Home Assistant: an ECU or an inverter. */
export interface Device {
  /** 12 digits: the device's identifier, and the middle of its entities' `unique_id`s. */
  readonly id: string;
  /** Its ECU's, or its own. */
  readonly ecuId: string;
  /** What is told of the device itself: name, maker and so on. */
  readonly block: Config;
  readonly stateTopic: string;
  /** Of live values. Kept values bring their own. */
  readonly availability: Config;
  /** By the end of the `unique_id`. */
  readonly components: ReadonlyMap<string, Config>;
  /** False for an inverter of which nobody knows yet how many panels it has: it may have more than these. */
  readonly isComplete: boolean;
  /** An inverter that works, or an ECU: no other program can have it as well. */
  readonly isSure: boolean;
}

/** An ECU to announce. */
export interface Announced {
  readonly snapshot: EcuSnapshot;
  /** It can be restarted, and the person wants that. */
  readonly canRestart: boolean;
  /** Its roof is published as a picture; not unless told. */
  readonly hasPicture?: boolean;
}

/**
 * The ECUs, each followed by its inverters: a parent has to be known before its children.
 *
 * @param isOwner an inverter that several ECUs list belongs to one of them
 * @param isWanted of which ECUs; all unless told
 */
export function devicesOf(
  ecus: readonly Announced[],
  topics: Topics,
  isOwner: (ecuId: string, inverterId: string) => boolean = ownersOf(ecus),
  isWanted: (ecuId: string) => boolean = () => true,
): readonly Device[] {
  const names = new Map<string, number>();
  for (const { snapshot } of ecus) {
    const name = nameOf(snapshot);
    names.set(name, (names.get(name) ?? 0) + 1);
  }
  const first = firstOfSeveral(ecus.map(({ snapshot }) => snapshot.ecuId));
  return ecus
    .filter(({ snapshot }) => isWanted(snapshot.ecuId))
    .flatMap((ecu) => {
      const { ecuId, inverters } = ecu.snapshot;
      const name = nameOf(ecu.snapshot);
      return [
        ecuDevice(ecu, (names.get(name) ?? 0) > 1 ? `${name} ${ecuId}` : name, ecuId === first, topics),
        ...inverters.filter(({ id }) => isOwner(ecuId, id)).map((one) => inverterDevice(one, ecuId, topics)),
      ];
    });
}

/** The ECU that stands for all of them where there are several; null where there are not. */
export function firstOfSeveral(ecuIds: readonly string[]): string | null {
  return ecuIds.length > 1 ? ([...ecuIds].sort()[0] ?? null) : null;
}

function ownersOf(ecus: readonly Announced[]): (ecuId: string, inverterId: string) => boolean {
  const owners = new Owners();
  owners.update(ecus.map(({ snapshot }) => ({ snapshot, isAnswering: true })));
  return (ecuId, inverterId) => owners.ownerOf(inverterId) === ecuId;
}

/** Home Assistant refuses a device whose name is empty, or is no well-formed Unicode. */
function nameOf({ name, model }: EcuSnapshot): string {
  const wellFormed = Buffer.from(name).toString().trim();
  return wellFormed === '' ? model : wellFormed;
}

function ecuDevice(
  { snapshot, canRestart, hasPicture = false }: Announced,
  name: string,
  isFirst: boolean,
  topics: Topics,
): Device {
  const { ecuId, model, firmware } = snapshot;
  return {
    id: ecuId,
    ecuId,
    block: {
      identifiers: [ecuId],
      name,
      manufacturer: 'APsystems',
      model,
      serial_number: ecuId,
      ...(firmware === null ? {} : { sw_version: firmware }),
    },
    stateTopic: topics.ecu(ecuId),
    availability: liveAvailability(ecuId, topics),
    components: new Map([
      ...sensors(ecuId, ecuEntities(snapshot), { topics, ecuId }),
      ...(snapshot.meter === undefined
        ? []
        : sensors(ecuId, meterRows, { topics, ecuId, stateTopic: topics.meter(ecuId) })),
      ...buttons(ecuId, { canRestart, canLimit: snapshot.powerControl?.isThere ?? false }, topics),
      ...(hasPicture ? [picture(ecuId, topics)] : []),
      ...(hasPicture && isFirst ? [pictureOfAll(ecuId, topics)] : []),
    ]),
    isComplete: true,
    isSure: true,
  };
}

function inverterDevice(inverter: InverterSnapshot, ecuId: string, topics: Topics): Device {
  const { id, family, channels, online, modbus } = inverter;
  return {
    id,
    ecuId,
    block: {
      identifiers: [id],
      name: `${family ?? 'Inverter'} ${id}`,
      manufacturer: 'APsystems',
      ...(family === null ? {} : { model: family }),
      serial_number: id,
      ...(modbus?.firmware ? { sw_version: modbus.firmware } : {}),
      via_device: ecuId,
    },
    stateTopic: topics.inverter(ecuId, id),
    availability: liveAvailability(ecuId, topics),
    components: new Map(sensors(id, inverterEntities(inverter), { topics, ecuId })),
    isComplete: channels !== null,
    isSure: online === true,
  };
}
