import type { BenchEcu } from './ecu.ts';
import { type Measured, startProcess } from './processes.ts';

/** A program to measure. */
export interface Subject {
  readonly name: string;
  /** Starts it on an ECU, or on several where it can, with its topics below the prefix. `more` is for its environment. */
  start(
    ecus: readonly Pick<BenchEcu, 'host' | 'port'>[],
    brokerPort: number,
    prefix: string,
    more?: Readonly<Record<string, string>>,
  ): Measured;
}

/** As in run.sh. */
export const NODE_FLAGS = ['--max-semi-space-size=1', '--no-opt', '--no-maglev', '--no-sparkplug'] as const;

/** @param node the Node to run it with, @param program the built file */
export function ours(node: string, program: string, flags: readonly string[] = NODE_FLAGS): Subject {
  return {
    name: flags.length > 0 ? 'aps2mqtt' : 'aps2mqtt without flags',
    start: (ecus, brokerPort, prefix, more) =>
      startProcess(node, [...flags, program], {
        ...settings(ecus, brokerPort, prefix),
        // The shortest interval that it allows.
        APS_POLL_INTERVAL: '60',
        ...more,
      }),
  };
}

/** @param python the interpreter that has it installed */
export function theirs(python: string): Subject {
  return {
    name: 'Python program',
    start: (ecus, brokerPort, prefix, more) =>
      startProcess(python, ['-m', 'aps2mqtt'], { ...settings(ecus, brokerPort, prefix), ...more }),
  };
}

/** The names of the Python program, which both understand. */
function settings(
  ecus: readonly Pick<BenchEcu, 'host' | 'port'>[],
  brokerPort: number,
  prefix: string,
): Record<string, string> {
  return {
    APS_ECU_IP: ecus.map(({ host }) => host).join(','),
    APS_ECU_PORT: ecus.map(({ port }) => port).join(','),
    APS_ECU_TIMEZONE: 'Etc/UTC',
    MQTT_BROKER_HOST: '127.0.0.1',
    MQTT_BROKER_PORT: String(brokerPort),
    MQTT_CLIENT_ID: prefix,
    MQTT_TOPIC_PREFIX: prefix,
    MQTT_DISCOVERY_ENABLED: 'true',
    MQTT_DISCOVERY_PREFIX: `${prefix}-discovery`,
  };
}
