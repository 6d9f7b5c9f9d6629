import { asObject, type JsonObject, parseObject } from '../json.ts';
import { uniqueId } from './components.ts';
import { ORIGIN } from './discovery.ts';

/** What the broker keeps on a discovery topic of ours, or of the Python program. */
export interface KeptDiscovery {
  readonly payload: string;
  /** 12 digits. */
  readonly deviceId: string;
  /** The ECU that it belongs to, or is; null for a marker, which doesn't tell. */
  readonly ecuId: string | null;
  /**
   * `python`: the Python program's, for one entity. `marker`: a request to let go of what the topic announced, left
   * behind by an unfinished move.
   */
  readonly maker: 'ours' | 'python' | 'marker';
  readonly isPerEntity: boolean;
  /** Platforms of the entities that it announces, by the end of their `unique_id`. */
  readonly platforms: ReadonlyMap<string, string>;
  /** Where its states come from; null for a marker. */
  readonly stateTopic: string | null;
  /** Of a single entity. */
  readonly unit: string | null;
}

/**
 * Asks Home Assistant to unload what was announced on a topic, and to keep it in its registry for the message on
 * another topic that follows.
 */
export const MARKER = JSON.stringify({ migrate_discovery: true });

const TOPIC = /^(device|sensor|binary_sensor|button|image|number|switch)\/aps_(\d{12})(?:_([a-z0-9_]+))?\/config$/;

/** Null for what is neither ours nor the Python program's: never to be touched. */
export function readKeptDiscovery(topic: string, payload: string, prefix: string): KeptDiscovery | null {
  const match = topic.startsWith(`${prefix}/`) ? TOPIC.exec(topic.slice(prefix.length + 1)) : null;
  const [, platform = '', deviceId = '', suffix] = match ?? [];
  const isPerEntity = platform !== 'device';
  const message = match === null || isPerEntity !== (suffix !== undefined) ? null : objectIn(payload);
  if (message === null) {
    return null;
  }
  const single = new Map(suffix === undefined ? [] : [[suffix, platform]]);
  if (payload === MARKER) {
    return {
      payload,
      deviceId,
      ecuId: null,
      maker: 'marker',
      isPerEntity,
      platforms: single,
      stateTopic: null,
      unit: null,
    };
  }
  const maker = makerOf(message, isPerEntity && message.unique_id === uniqueId(deviceId, suffix ?? ''));
  const device = asObject(message.device);
  return maker === null
    ? null
    : {
        payload,
        deviceId,
        ecuId: typeof device.via_device === 'string' ? device.via_device : deviceId,
        maker,
        isPerEntity,
        platforms: isPerEntity ? single : platformsOf(asObject(message.components)),
        stateTopic: typeof message.state_topic === 'string' ? message.state_topic : null,
        unit: typeof message.unit_of_measurement === 'string' ? message.unit_of_measurement : null,
      };
}

/** The Python program names no origin, but has a `unique_id` that fits its topic. */
function makerOf({ origin }: JsonObject, isUniqueIdFit: boolean): 'ours' | 'python' | null {
  if (origin === undefined) {
    return isUniqueIdFit ? 'python' : null;
  }
  return asObject(origin).name === ORIGIN.name ? 'ours' : null;
}

/** A component that is only a platform has been taken back already. */
function platformsOf(components: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(components)
      .filter(([, component]) => Object.keys(asObject(component)).length > 1)
      .map(([suffix, component]) => [suffix, String(asObject(component).platform)]),
  );
}

function objectIn(payload: string): JsonObject | null {
  try {
    return parseObject(payload);
  } catch {
    return null;
  }
}
