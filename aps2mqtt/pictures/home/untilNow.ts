import { isObject } from '../../src/json.ts';

/**
 * What Home Assistant says, as if it were said in the moment that a picture shows: what happens while the pictures are
 * made happens now, and states of that time are in no curve.
 */
export function untilNow(now: Date, text: string): string {
  const stamped = text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00/g, (stamp) =>
    Date.parse(stamp) > now.getTime() ? now.toISOString().replace('Z', '+00:00') : stamp,
  );
  return stamped.includes('"states":{') ? withoutLater(now.getTime() / 1000, stamped) : stamped;
}

/** Of the streams of `history/stream`. */
function withoutLater(now: number, text: string): string {
  const said: unknown = JSON.parse(text);
  const trimmed = (Array.isArray(said) ? said : [said]).map((message: unknown) => {
    const event = isObject(message) ? message.event : null;
    if (!isObject(message) || !isObject(event) || !isObject(event.states)) {
      return message;
    }
    const states = Object.entries(event.states).map(([id, list]) => [id, until(now, list)]);
    return { ...message, event: { ...event, states: Object.fromEntries(states), end_time: now } };
  });
  return JSON.stringify(Array.isArray(said) ? trimmed : trimmed[0]);
}

function until(now: number, list: unknown): unknown[] {
  const states: unknown[] = Array.isArray(list) ? list : [];
  return states.filter((state) => isObject(state) && typeof state.lu === 'number' && state.lu <= now);
}
