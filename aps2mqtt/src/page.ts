import { maskedCapture } from './capture/captured.ts';
import type { Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Past, RoofData } from './http/roofData.ts';
import type { ScanResult } from './http/scanResult.ts';
import type { Logger } from './logger.ts';
import type { LogTail } from './logTail.ts';
import type { HttpOptions, IngressPlace } from './options/options.ts';
import type { Board } from './roof/board.ts';
import type { EntityIds } from './roof/dashboard.ts';
import type { LayoutStore } from './roof/layoutStore.ts';

/** What the page needs of the world outside. */
export interface PageWorld {
  /** Null outside Home Assistant. */
  readonly ingress: IngressPlace | null;
  readonly tail: LogTail;
  /** Null where nothing can be looked for. */
  readonly scan: ((signal: AbortSignal) => Promise<ScanResult>) | null;
  /** Home Assistant's own entity ids; null where there is no Home Assistant to ask. */
  readonly entityIds: ((signal: AbortSignal) => Promise<EntityIds>) | null;
}

/** What the program knows of the ECUs, and keeps. */
export interface PageSources {
  readonly board: Board;
  readonly layouts: LayoutStore;
  /** The layout is another one. */
  readonly onLayout: () => void;
  readonly history: Past;
  /** The bytes that an ECU sent last, by command. */
  readonly latest: (ecuId: string) => ReadonlyMap<string, Buffer>;
  /** Where an ECU is read. */
  readonly addressOf: (ecuId: string) => string | null;
}

/** Serves the page where somebody wants it, until the signal. Who does not want it pays nothing for it. */
export async function runPage(
  http: HttpOptions | null,
  { ingress, ...world }: PageWorld,
  sources: PageSources,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  if (http === null && ingress === null) {
    return;
  }
  const { servePages } = await import('./http/servePages.ts');
  await servePages(http, ingress, pageData(world, sources, log, signal), clock, log, signal);
}

function pageData(
  { tail, scan, entityIds }: Omit<PageWorld, 'ingress'>,
  { board, layouts, onLayout, history, latest, addressOf }: PageSources,
  log: Logger,
  signal: AbortSignal,
): RoofData {
  return {
    ecus: () => board.ecus(),
    layout: () => layouts.layout,
    saveLayout: (layout) => {
      const saving = layouts.save(layout);
      onLayout();
      return saving;
    },
    history,
    capture: (ecuId) => {
      const replies = latest(ecuId);
      return replies.size === 0 ? null : maskedCapture(replies);
    },
    scan,
    log: (ecuId) => tail.about([ecuId, addressOf(ecuId) ?? ecuId]),
    dashboard: async (kind) => {
      const { dashboardYaml } = await import('./roof/dashboard.ts');
      const { dashboardEcus } = await import('./roof/dashboardEcus.ts');
      const known =
        entityIds === null
          ? null
          : await entityIds(signal).catch((error: unknown) => {
              log.debug(`no entity ids: ${messageOf(error)}`);
              return null;
            });
      return dashboardYaml(kind, dashboardEcus(board.ecus()), layouts.layout, known ?? (() => null));
    },
  };
}
