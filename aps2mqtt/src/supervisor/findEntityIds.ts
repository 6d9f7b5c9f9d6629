import { asObject } from '../json.ts';
import type { SupervisorAccess } from '../options/app.ts';
import { withCoreSocket } from './coreSocket.ts';

/**
 * The entity ids that Home Assistant has for our entities, by their `unique_id`: people may have changed them.
 *
 * @throws SupervisorError, also while Home Assistant starts
 * @throws the signal's reason when it is aborted
 */
export async function findEntityIds(
  { url, token }: SupervisorAccess,
  signal: AbortSignal,
): Promise<(uniqueId: string) => string | null> {
  const { list } = await withCoreSocket(url, token, signal, (core) => core.ask('config/entity_registry/list'));
  const entries = (Array.isArray(list) ? list : []).map(asObject);
  const ours = entries.flatMap(({ platform, unique_id: uniqueId, entity_id: entityId }) =>
    platform === 'mqtt' && typeof uniqueId === 'string' && typeof entityId === 'string'
      ? [[uniqueId, entityId] as const]
      : [],
  );
  const ids = new Map(ours);
  return (uniqueId) => ids.get(uniqueId) ?? null;
}
