import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { type Language, languageOf } from '../language.ts';
import type { Logger } from '../logger.ts';
import { type Supervisor, SupervisorError } from './client.ts';

/** ms between two questions. */
const ASK_AGAIN_MS = 5_000;
/** Home Assistant needs minutes for its start on a small machine, and more with an update. */
const PATIENCE_MS = 20 * 60_000;

/** Home Assistant's own language; waits for one that starts after us. English where it does not tell. */
export async function findLanguage(
  supervisor: Supervisor,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<Language> {
  const from = clock.now().getTime();
  for (;;) {
    try {
      return languageOf(await supervisor.language(signal));
    } catch (error) {
      signal.throwIfAborted();
      log.debug(`no language: ${messageOf(error)}`);
      const isRefused = error instanceof SupervisorError && error.isRefused;
      if (isRefused || clock.now().getTime() - from > PATIENCE_MS) {
        return 'en';
      }
    }
    await clock.sleep(ASK_AGAIN_MS, signal);
  }
}
