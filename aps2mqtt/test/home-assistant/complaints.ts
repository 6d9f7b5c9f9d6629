import type { HomeAssistant } from './api.ts';

/** A kind of warning or error, as Home Assistant keeps the latest fifty, each with its latest words. */
interface LogEntry {
  readonly name: string;
  readonly message: readonly string[];
  readonly level: string;
}

const OURS = /mqtt|template|sensor|number|switch|button|image|recorder|\baps/i;
/** Many entities came or went at once, or the machine has much to do. */
const HARMLESS = /is logging too frequently|took [\d.]+ seconds|No ACK from MQTT server/;
const ID = /(?<!\d)\d{12}(?!\d)/g;

/**
 * What Home Assistant has logged of what may be ours.
 *
 * @param deviceIds a line that names others is not ours
 */
export async function complaintsOf(home: HomeAssistant, deviceIds: readonly string[]): Promise<readonly string[]> {
  const isOthers = (line: string) => {
    const named = line.match(ID) ?? [];
    return named.length > 0 && !named.some((id) => deviceIds.includes(id));
  };
  const entries = await home.ask<readonly LogEntry[]>('system_log/list');
  return entries
    .flatMap(({ name, level, message }) => message.map((text) => `${level} ${name}: ${text}`))
    .filter((line) => OURS.test(line) && !HARMLESS.test(line) && !isOthers(line));
}
