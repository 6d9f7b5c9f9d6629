import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Login } from '../mqtt/broker/login.ts';
import type { MqttOptions } from '../options/options.ts';
import type { Supervisor } from './client.ts';

/** ms between two looks. */
const LOOK_AGAIN_MS = 5_000;

/**
 * The login of the Supervisor's broker, asked for anew by each connection, so that a new password is taken up. Waits
 * as long as there is none: the broker's app may start after us. What the person typed wins.
 */
export async function findBroker(
  mqtt: MqttOptions,
  supervisor: Supervisor,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<Login> {
  for (let looks = 0; ; looks++) {
    let trouble = 'No MQTT broker found yet';
    try {
      const service = await supervisor.mqttService(signal);
      if (service !== null) {
        const user =
          mqtt.username === '' ? { isSupervisors: true } : { username: mqtt.username, password: mqtt.password };
        return { ...mqtt, ...service, ...mqtt.typed, ...user };
      }
    } catch (error) {
      signal.throwIfAborted();
      trouble = messageOf(error);
    }
    if (looks === 0) {
      const cures = 'install and start the Mosquitto broker app, or fill in the broker under "mqtt" in the options';
      log.warn(
        `${trouble}. Until then nothing reaches Home Assistant. Either ${cures}. Looking again every ${LOOK_AGAIN_MS / 1000} s`,
      );
    }
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
}
