import { runBridge } from './bridge.ts';
import { systemClock } from './clock.ts';
import { tcpTransport } from './ecu/transport.ts';
import { ecuWebPage } from './ecuweb/page.ts';
import { restartEcu } from './ecuweb/restart.ts';
import { lookNow } from './finding/lookNow.ts';
import { scan } from './finding/scan.ts';
import { fileHistory } from './history/fileHistory.ts';
import { historyFolder } from './history/folder.ts';
import { memoryHistory } from './history/memoryHistory.ts';
import { createLogger } from './logger.ts';
import { LogTail } from './logTail.ts';
import type { ModbusTransport } from './modbus/transport.ts';
import { allowsColour } from './options/environment.ts';
import type { Environment } from './options/environmentType.ts';
import { loadOptions } from './options/load.ts';
import type { EcuOptions } from './options/options.ts';
import { LayoutStore, layoutFile } from './roof/layoutStore.ts';
import { nodeFiles, StateStore } from './site/stateStore.ts';
import { createSupervisor } from './supervisor/client.ts';
import { findEntityIds } from './supervisor/findEntityIds.ts';
import { findLanguage } from './supervisor/findLanguage.ts';
import { findPosition } from './supervisor/findPosition.ts';
import { homeSource } from './supervisor/homeSource.ts';
import { loginSource } from './supervisor/loginSource.ts';
import { version } from './version.ts';

/** The Modbus library is loaded by the first connection, so that who has none pays nothing. */
const sideTransports = {
  modbus: ({ host, modbusPort }: EcuOptions): ModbusTransport => ({
    open: async (unit, signal) => (await import('./modbus/tcp.ts')).modbusTcp(host, modbusPort).open(unit, signal),
  }),
  webPage: ({ host }: EcuOptions) => ecuWebPage(host),
};

/**
 * Runs the bridge in the real world until the signal.
 *
 * @param file of options in YAML; undefined for the environment's, or the app's
 * @throws OptionsError with every mistake at once
 */
export async function start(file: string | undefined, environment: Environment, signal: AbortSignal): Promise<void> {
  const { options, warnings, notes, app } = loadOptions(file, environment);
  const tail = new LogTail();
  const log = createLogger(options.logLevel, options.logFormat, allowsColour(environment), tail);
  log.info(`aps2mqtt ${version} starts`);
  for (const warning of warnings) {
    log.warn(warning);
  }
  for (const note of notes) {
    log.info(note);
  }
  const supervisor = app && createSupervisor(app.supervisor.url, app.supervisor.token);
  const home = homeSource(app);
  const look = (stop: AbortSignal) => lookNow(options.searches, { scan, home }, stop);
  const world = {
    clock: systemClock,
    log,
    login: loginSource(options.mqtt, supervisor, systemClock, log),
    transport: ({ host, port }: EcuOptions) => tcpTransport(host, port),
    restart: ({ host, wifiSsid, wifiPassword }: EcuOptions, stop: AbortSignal) =>
      restartEcu({ host, ssid: wifiSsid, password: wifiPassword }, stop),
    sideTransports,
    store: new StateStore(options.stateFile, nodeFiles, log),
    history:
      options.historyDir === null
        ? memoryHistory()
        : fileHistory(historyFolder(options.historyDir), options.historyDays, log),
    layouts: new LayoutStore(layoutFile(options.stateFile), log),
    page: {
      ingress: app?.ingress ?? null,
      tail,
      scan: look,
      entityIds: app && ((stop: AbortSignal) => findEntityIds(app.supervisor, stop)),
    },
    scan,
    home,
    findPosition: supervisor && ((stop: AbortSignal) => findPosition(supervisor, systemClock, log, stop)),
    findLanguage: supervisor && ((stop: AbortSignal) => findLanguage(supervisor, systemClock, log, stop)),
  };
  await runBridge(options, world, signal);
  log.info('Stopped');
}
