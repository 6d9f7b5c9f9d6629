import type { Language } from '../language.ts';
import type { LogFormat } from '../logger.ts';
import type { LogLevel } from '../logLevels.ts';

/** One ECU to read. */
export interface EcuOptions {
  readonly host: string;
  readonly port: number;
  /** What the person calls it; the model otherwise. */
  readonly name: string | null;
  /** IANA zone of the ECU's clock. */
  readonly timezone: string;
  /** False where the zone is only that of this machine or container, and the ECU may know better. */
  readonly isTimezoneTyped: boolean;
  /** Restart a 2162 or 215x that stopped answering, through its web page. */
  readonly autoRestart: boolean;
  readonly wifiSsid: string;
  readonly wifiPassword: string;
  /** DC values over Modbus TCP; and with `control` a limit of the power. */
  readonly modbus: 'off' | 'read' | 'control';
  readonly modbusPort: number;
  /** Meters by the ECU's web page; and with `control` what can be switched there. */
  readonly webPage: 'off' | 'meters' | 'control';
}

/** ECUs that nobody has typed an address of: they are looked for. The settings are those of `EcuOptions`. */
export interface EcuSearch extends Omit<EcuOptions, 'host'> {
  /** Such as `192.168.1.0/24`; null for the home's own networks. */
  readonly network: string | null;
}

export interface Position {
  /** Degrees, north positive. */
  readonly latitude: number;
  /** Degrees, east positive. */
  readonly longitude: number;
}

export interface MqttOptions {
  /** Null to take the broker that the Supervisor knows. */
  readonly host: string | null;
  readonly port: number;
  /** What the person typed of what the Supervisor knows as well. */
  readonly typed: { readonly port?: number; readonly tls?: boolean };
  /** Empty for an anonymous login. */
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  /** Without slashes at its ends; empty for none. */
  readonly topicPrefix: string;
  readonly retain: boolean;
  readonly protocol: '3.1.1' | '5';
  readonly tls: boolean;
  /** Path of a PEM file; null for the certificates that Node brings and the system's. */
  readonly caFile: string | null;
  /** Path of the PEM file with the system's certificates; null for the usual place. */
  readonly systemCaFile: string | null;
  readonly tlsVerify: boolean;
  readonly discovery: boolean;
  readonly discoveryPrefix: string;
  /** One discovery message an entity, for readers that don't know the form with one a device. */
  readonly discoveryPerEntity: boolean;
  /** Where Home Assistant says that it is `online`. */
  readonly birthTopic: string;
  /** Publish the roof as a picture. */
  readonly picture: boolean;
}

/** Where Home Assistant's Supervisor asks for the page. */
export interface IngressPlace {
  readonly host: string;
  readonly port: number;
  /** The only address that is answered. */
  readonly onlyFrom: string;
}

/** The page at a port of our own. */
export interface HttpOptions {
  readonly port: number;
  readonly host: string;
  /** Null for none. */
  readonly password: string | null;
  /** Names by which it may be reached beside those of the home network; in lower case. */
  readonly allowedHosts: readonly string[];
}

/** All that a person can set. After it is made, nothing reads a file or the environment for options again. */
export interface Options {
  readonly ecus: readonly EcuOptions[];
  /** Where to look for more ECUs; empty where each has its address. */
  readonly searches: readonly EcuSearch[];
  readonly stopAtNight: boolean;
  /** Of the panels; null where nobody told. */
  readonly position: Position | null;
  /** Seconds between polls; null to learn from the ECU when it has new data. */
  readonly pollInterval: number | null;
  readonly mqtt: MqttOptions;
  /** Of the names in Home Assistant; null for Home Assistant's own. */
  readonly language: Language | null;
  /** Null for no page there. */
  readonly http: HttpOptions | null;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Path of the saved state; null to keep it in memory. */
  readonly stateFile: string | null;
  /** Folder of the history; null to keep only today's, in memory. */
  readonly historyDir: string | null;
  /** For so many days each round is kept. */
  readonly historyDays: number;
  /** Path of a file that is touched while all is well; null for no such file. */
  readonly heartbeatFile: string | null;
}
