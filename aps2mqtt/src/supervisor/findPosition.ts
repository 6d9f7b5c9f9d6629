import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Position } from '../options/options.ts';
import type { Supervisor } from './client.ts';

/** ms between two questions. */
const ASK_AGAIN_MS = 60_000;

/** Home Assistant's own position; keeps asking, since Home Assistant may start after us. Null when it has none. */
export async function findPosition(
  supervisor: Supervisor,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<Position | null> {
  for (let looks = 0; ; looks++) {
    try {
      return await supervisor.homePosition(signal);
    } catch (error) {
      signal.throwIfAborted();
      const tell = looks === 0 ? log.info.bind(log) : log.debug.bind(log);
      tell(`${messageOf(error)}. Without it there is no rest at night yet; asking again every minute`);
    }
    await clock.sleep(ASK_AGAIN_MS, signal);
  }
}
