import { type Home, ownAdapters } from '../finding/networks.ts';
import type { AppPlace } from '../options/app.ts';
import { findHome } from './findHome.ts';

/** Where the home's networks come from: Home Assistant, else this machine's own cards. */
export type HomeSource = (signal: AbortSignal) => Promise<Home>;

/** @param app null outside Home Assistant */
export function homeSource(app: AppPlace | null): HomeSource {
  return app === null
    ? async () => ({ adapters: ownAdapters(), neighbours: [] })
    : (signal) => findHome(app.supervisor, signal);
}
