import type { Clock } from '../clock.ts';
import { OptionsError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { LoginSource } from '../mqtt/broker/login.ts';
import { labelled } from '../options/names.ts';
import type { MqttOptions } from '../options/options.ts';
import { caFileInVain } from '../options/warnings.ts';
import type { Supervisor } from './client.ts';
import { findBroker } from './findBroker.ts';

/**
 * What the person typed wins; else the Supervisor is asked by each connection.
 *
 * @throws OptionsError where there is neither
 */
export function loginSource(mqtt: MqttOptions, supervisor: Supervisor | null, clock: Clock, log: Logger): LoginSource {
  const { host } = mqtt;
  if (host !== null) {
    return async () => ({ ...mqtt, host });
  }
  if (supervisor === null) {
    throw new OptionsError(['mqtt.host: missing']);
  }
  // Whether the Supervisor's broker wants TLS was not known when the options were checked.
  let isTold = mqtt.caFile === null || mqtt.typed.tls !== undefined;
  return async (signal) => {
    const login = await findBroker(mqtt, supervisor, clock, log, signal);
    if (!login.tls && !isTold) {
      isTold = true;
      log.warn(caFileInVain(labelled('mqtt.ca_file'), labelled('mqtt.tls')));
    }
    return login;
  };
}
