import { ECU_SETTINGS, INVERTER_SETTINGS, type Order } from '../../site/order.ts';
import type { Topics } from './topics.ts';

/** What somebody told us to do, over MQTT. */
export type Command =
  | { readonly kind: 'refresh'; readonly ecuId: string }
  | { readonly kind: 'restart'; readonly ecuId: string }
  | { readonly kind: 'capture'; readonly ecuId: string }
  | { readonly kind: 'remove'; readonly ecuId: string; readonly inverterId: string }
  | { readonly kind: 'removeEcu'; readonly ecuId: string }
  | { readonly kind: 'order'; readonly ecuId: string; readonly order: Order };

/** What Home Assistant's buttons send. */
export const PRESS = 'PRESS';

const IDS = /(\d{12})(?:\/(\d{12}))?\/[a-z_]+(?:\/set)?$/;

/**
 * Null for what is no command of ours. Refresh and restart take the buttons' word only; a removal and a capture take any,
 * so that they are easily said by hand.
 */
export function parseCommand(topic: string, payload: string, topics: Topics): Command | null {
  const [, ecuId, inverterId] = IDS.exec(topic) ?? [];
  if (ecuId === undefined) {
    return null;
  }
  const what = (inverterId === undefined ? ECU_SETTINGS : INVERTER_SETTINGS).find(
    (one) => topic === topics.setting(ecuId, one, inverterId),
  );
  if (what !== undefined) {
    // An empty one clears what somebody had kept there.
    const isWord = what === 'release_limit' ? payload === PRESS : payload !== '';
    return isWord ? { kind: 'order', ecuId, order: { what, inverterId: inverterId ?? null, payload, topic } } : null;
  }
  if (inverterId !== undefined) {
    return topic === topics.remove(ecuId, inverterId) && payload !== '' ? { kind: 'remove', ecuId, inverterId } : null;
  }
  if (topic === topics.capture(ecuId)) {
    return payload === '' ? null : { kind: 'capture', ecuId };
  }
  if (topic === topics.removeEcu(ecuId)) {
    return payload === '' ? null : { kind: 'removeEcu', ecuId };
  }
  if (payload !== PRESS) {
    return null;
  }
  switch (topic) {
    case topics.refresh(ecuId):
      return { kind: 'refresh', ecuId };
    case topics.restart(ecuId):
      return { kind: 'restart', ecuId };
    default:
      return null;
  }
}
