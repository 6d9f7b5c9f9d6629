import { getEventListeners, setMaxListeners } from 'node:events';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { ECU_PORT } from '../../src/address.ts';
import { runBridge } from '../../src/bridge.ts';
import { ecuWebPage } from '../../src/ecuweb/page.ts';
import { type ScanSettings, scan } from '../../src/finding/scan.ts';
import type { History } from '../../src/history/history.ts';
import { memoryHistory } from '../../src/history/memoryHistory.ts';
import type { Logger } from '../../src/logger.ts';
import { LogTail } from '../../src/logTail.ts';
import { modbusTcp } from '../../src/modbus/tcp.ts';
import type { Login } from '../../src/mqtt/broker/login.ts';
import type { EcuOptions, EcuSearch, MqttOptions, Options, Position } from '../../src/options/options.ts';
import { LayoutStore } from '../../src/roof/layoutStore.ts';
import { type Files, nodeFiles, StateStore } from '../../src/site/stateStore.ts';
import { type Ear, listen } from './broker.ts';
import { type BrokerWire, startWire } from './brokerWire.ts';
import { FakeClock } from './fakeClock.ts';
import { type LogLine, recordingLog } from './logs.ts';
import { startTestEcu, type TestEcu, type TestEcuSettings } from './testEcu.ts';
import { until } from './until.ts';
import { USUAL_ECU } from './usualEcu.ts';

export interface InstallationSettings {
  readonly brokerPort: number;
  readonly ecus: readonly TestEcuSettings[];
  /** In front of all topics, with its slash, or empty; one of its own unless told. */
  readonly prefix?: string;
  /** UTC. */
  readonly start?: string;
  readonly options?: Partial<Omit<Options, 'ecus' | 'mqtt'>>;
  readonly mqtt?: Partial<MqttOptions>;
  readonly ecuOptions?: Partial<EcuOptions>;
  /** How many of the ECUs stand in the options with their address; all unless told. */
  readonly typed?: number;
  /** Entries without an address; none unless told. */
  readonly searches?: readonly Partial<EcuSearch>[];
  /** ECUs are looked for through real sockets; otherwise nobody is ever found. */
  readonly isFinding?: boolean;
  readonly findPosition?: () => Promise<Position | null>;
  readonly heartbeatFile?: string;
  /** Where rounds are kept; only today, in memory, unless told. */
  readonly history?: (log: Logger) => History;
  /** Of the ECUs' web page. */
  readonly webPort?: number;
  /** How a restart of the ECU ends. */
  readonly restart?: () => Promise<void>;
  /** Where the state is saved. */
  readonly files?: Files;
  /** Done before the bridge starts. */
  readonly prepare?: (ecus: readonly TestEcu[]) => void;
  /** What another login has for each connection. */
  readonly login?: () => Partial<Login>;
  /** Of the one who listens. */
  readonly ear?: Parameters<typeof listen>[1];
  /** The broker comes later, with `wire.open()`. */
  readonly isBrokerDown?: boolean;
}

/** A message that a subscriber of the broker heard, and the moment when the bridge said it. */
export interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly at: Date;
}

/**
 * The real bridge between simulated ECUs and a real broker, over real sockets. Time passes only while nobody has
 * anything to do: no exchange is under way and all that was published has been heard.
 */
export interface Installation {
  readonly clock: FakeClock;
  readonly ecus: readonly TestEcu[];
  /** The first of them. */
  readonly ecu: TestEcu;
  readonly wire: BrokerWire;
  readonly ear: Ear;
  /** Live messages on topics of this installation, which are given without its prefix. */
  readonly heard: readonly Heard[];
  readonly lines: readonly (LogLine & { readonly at: Date })[];
  /** The addresses of ECUs that were restarted. */
  readonly restarts: { readonly host: string; readonly at: Date }[];
  /** The prefix of all topics, with its slash. */
  readonly prefix: string;
  /** What the person reads in the log, from this line on. */
  told(from?: number): string[];
  /** Payloads on a topic, from this message on. */
  on(topic: string, from?: number): string[];
  /** When queries failed, whatever became of the poll. */
  failures(): Date[];
  /** Lets time pass, ms. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until it comes true; fails after `ms`. */
  passUntil(what: string, isDone: () => boolean, ms: number): Promise<void>;
  /** Somebody else publishes something that the bridge listens to. */
  say(topic: string, payload: string, retain?: boolean): Promise<void>;
  /** How many wait for the bridge's end. */
  listeners(): number;
  /** Ends the bridge, as a signal does. */
  halt(): Promise<void>;
  /** What the bridge was started with. */
  readonly options: Options;
  /** Starts a new one, as after `halt()`. @param change what somebody has changed in the options meanwhile */
  resume(change?: Partial<Options>): Promise<void>;
  /** Ends everything. */
  stop(): Promise<void>;
}

const QUIET_TURNS = 5;
const BUSY_MS = 15_000;
let count = 0;

export async function startInstallation(settings: InstallationSettings): Promise<Installation> {
  const { prefix = `t${process.pid}-${++count}/` } = settings;
  const clock = new FakeClock(settings.start ?? '2026-06-21T11:00:00Z', settled);
  const ecus = await Promise.all(settings.ecus.map((one) => startTestEcu(one, clock)));
  const [ecu] = ecus;
  if (ecu === undefined) {
    throw new Error('no ECU');
  }
  settings.prepare?.(ecus);
  const heard: Heard[] = [];
  /** What was published and has not been heard yet. */
  const underWay = new Map<string, number>();
  const keyOf = (topic: string, payload: string) => `${topic} ${payload}`;
  function add(key: string, change: number): void {
    const number = (underWay.get(key) ?? 0) + change;
    if (number === 0) {
      underWay.delete(key);
    } else {
      underWay.set(key, number);
    }
  }
  const ear = await listen(settings.brokerPort, settings.ear);
  ear.client.on('message', (topic, payload, { retain }) => {
    if (topic.startsWith(prefix) && !retain) {
      heard.push({ topic: topic.slice(prefix.length), payload: payload.toString(), at: clock.now() });
      add(keyOf(topic, payload.toString()), -1);
    }
  });
  let isConnecting = false;
  /** The topics of what the bridge has heard lately. */
  const delivered = new Set<string>();
  const wire = await startWire(settings.brokerPort, {
    onPublish: ({ topic, payload }) => {
      if (ear.client.connected) {
        add(keyOf(topic, payload), 1);
      }
    },
    onConnected: () => {
      isConnecting = false;
    },
    onDelivered: (topic) => {
      delivered.add(topic);
    },
  });

  const recording = recordingLog();
  const lines: (LogLine & { at: Date })[] = [];
  recording.onLine((line) => {
    lines.push({ ...line, at: clock.now() });
    // However an attempt ends, it is told, at debug for the second time.
    isConnecting &&= !/(?:Connected to|Lost|The) (?:the )?broker at/.test(line.text);
  });
  let scans = 0;
  async function busyScan(wanted: ScanSettings, stop: AbortSignal) {
    scans++;
    return scan({ ...wanted, timeouts: { connect: 1_000, idle: 300, total: 2_000 } }, stop).finally(() => scans--);
  }
  const restarts: { host: string; at: Date }[] = [];
  const options = optionsFor(settings, ecus, prefix, wire.port);
  const world = {
    clock,
    log: recording.log,
    login: async () => {
      isConnecting = true;
      return { ...options.mqtt, host: '127.0.0.1', ...settings.login?.() };
    },
    transport: ({ host, port }: EcuOptions) => {
      const there = ecus.filter(({ simulator }) => simulator.port === port);
      const found = there.find(({ simulator }) => simulator.host === host) ?? there[0];
      if (found === undefined) {
        throw new Error('no such ECU');
      }
      return found.transport;
    },
    restart: async ({ host }: EcuOptions) => {
      restarts.push({ host, at: clock.now() });
      await settings.restart?.();
    },
    scan: settings.isFinding === true ? busyScan : async () => ({ ecus: [], others: [] }),
    home: async () => ({ adapters: [], neighbours: [] }),
    findPosition: settings.findPosition ?? null,
    sideTransports: {
      modbus: ({ host, modbusPort }: EcuOptions) => modbusTcp(host, modbusPort, 1_000),
      webPage: ({ host }: EcuOptions) => ecuWebPage(host, settings.webPort),
    },
    history: settings.history?.(recording.log) ?? memoryHistory(),
    findLanguage: null,
    layouts: new LayoutStore(null, recording.log),
    page: { ingress: null, tail: new LogTail(), scan: null, entityIds: null },
  };

  function whatIsBusy(): string | null {
    const missing = [...underWay].filter(([, number]) => number > 0).map(([key]) => key);
    if (ecus.some(({ transport }) => transport.isBusy())) {
      return 'an exchange with an ECU';
    }
    if (scans > 0) {
      return 'a scan';
    }
    if (isConnecting || wire.isBusy()) {
      return 'an answer of the broker';
    }
    if (wire.connections.open > 0 && missing.length > 0) {
      return `to be heard: ${missing.join('\n')}`;
    }
    return null;
  }

  const isFileOpen = () => process.getActiveResourcesInfo().some((name) => /^(?:FSReq|CloseReq)/.test(name));

  async function settled(): Promise<void> {
    const end = performance.now() + BUSY_MS;
    for (let quiet = 0, turns = 0; quiet < QUIET_TURNS; turns++) {
      // Waiting for long, it lets others work.
      await (turns < 100 ? setImmediate() : setTimeout(1));
      const busy = whatIsBusy();
      quiet = busy === null ? quiet + 1 : 0;
      quiet = quiet === QUIET_TURNS && isFileOpen() ? 0 : quiet;
      if (busy !== null && performance.now() > end) {
        throw new Error(`never done: ${busy}`);
      }
    }
    if (wire.connections.open === 0) {
      underWay.clear();
    }
  }

  if (settings.isBrokerDown === true) {
    await wire.close();
  }
  let running = new AbortController();
  let run: Promise<void> = Promise.resolve();
  let isRunning = false;
  function resume(change: Partial<Options> = {}): void {
    isConnecting = false;
    running = new AbortController();
    setMaxListeners(0, running.signal);
    isRunning = true;
    const store = new StateStore(options.stateFile, settings.files ?? nodeFiles, recording.log);
    run = runBridge({ ...options, ...change }, { ...world, store }, running.signal).finally(() => {
      isRunning = false;
    });
  }
  async function halt(): Promise<void> {
    running.abort(new Error('halt'));
    isConnecting = false;
    run.catch(() => {});
    await clock.advance(10_000, () => !isRunning);
    await run;
  }

  resume();
  await clock.advance(0);
  return {
    clock,
    ecus,
    ecu,
    wire,
    ear,
    heard,
    lines,
    restarts,
    prefix,
    told: (from = 0) =>
      lines
        .slice(from)
        // The line of the first round comes in the midst of whatever a test does then; night.test.ts looks at it.
        .filter(({ level, text }) => level !== 'trace' && level !== 'debug' && !text.startsWith('Home Assistant has '))
        .map(({ text }) => text),
    on: (topic, from = 0) =>
      heard
        .slice(from)
        .filter((one) => one.topic === topic)
        .map(({ payload }) => payload),
    failures: () =>
      lines
        .filter(({ level, text }) => level === 'debug' && /^(?:summary|inverters|signal): /.test(text))
        .map(({ at }) => at),
    pass: async (ms) => {
      await clock.advance(ms);
    },
    passUntil: async (what, isDone, ms) => {
      if (!(await clock.advance(ms, isDone))) {
        throw new Error(`${ms / 1_000} s have passed without ${what}`);
      }
    },
    say: async (topic, payload, retain = false) => {
      delivered.clear();
      await ear.client.publishAsync(prefix + topic, payload, { retain, qos: 1 });
      await until(`the bridge to hear ${topic}`, () => delivered.has(prefix + topic));
      await clock.advance(0);
    },
    listeners: () => getEventListeners(running.signal, 'abort').length,
    halt,
    options,
    resume: async (change) => {
      resume(change);
      await clock.advance(0);
    },
    stop: async () => {
      await halt();
      await wire.close();
      await ear.close();
      await Promise.all(ecus.map(({ simulator }) => simulator.stop()));
    },
  };
}

function optionsFor(
  settings: InstallationSettings,
  ecus: readonly TestEcu[],
  prefix: string,
  brokerPort: number,
): Options {
  const { typed = ecus.length, searches = [] } = settings;
  const entries = ecus.map(({ simulator: { host, port }, options }) => ({ ...USUAL_ECU, host, port, ...options }));
  return {
    ecus: entries.slice(0, typed),
    searches: searches.map((one) => ({ network: null, port: ECU_PORT, ...USUAL_ECU, ...one })),
    stopAtNight: false,
    position: null,
    pollInterval: null,
    language: null,
    logLevel: 'debug',
    logFormat: 'text',
    stateFile: null,
    historyDir: null,
    historyDays: 400,
    heartbeatFile: settings.heartbeatFile ?? null,
    http: null,
    ...settings.options,
    mqtt: {
      host: '127.0.0.1',
      port: brokerPort,
      typed: {},
      username: '',
      password: '',
      clientId: prefix.slice(0, -1),
      topicPrefix: prefix.slice(0, -1),
      retain: false,
      protocol: '3.1.1',
      tls: false,
      caFile: null,
      systemCaFile: null,
      tlsVerify: true,
      discovery: true,
      discoveryPrefix: `${prefix}homeassistant`,
      discoveryPerEntity: false,
      birthTopic: `${prefix}homeassistant/status`,
      picture: false,
      ...settings.mqtt,
    },
  };
}
