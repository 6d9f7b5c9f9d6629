import { INVERTERS, SUMMARY } from '../../src/ecu/commands.ts';
import type { BrokerWire } from '../../test/support/brokerWire.ts';
import { wireTo } from './brokers.ts';
import { type Contender, type Ground, type Outcome, recovery, type Trial, withTrial } from './trial.ts';

/** Something that happens to the broker or to the program. */
export interface EventCase {
  readonly name: string;
  /** Whether it takes mosquitto. */
  readonly needsMosquitto?: boolean;
  readonly run: (contender: Contender, shared: Ground) => Promise<Outcome>;
}

/** s. */
export const LIMIT = 65;

/** The newest values are to be heard, whether they were read meanwhile or before. */
export function newestHeard(trial: Trial, limit: number): Promise<Outcome> {
  const over = performance.now();
  // The one program begins a poll with the summary, the other one with the inverters.
  const asked = Math.min(...[SUMMARY, INVERTERS].map((command) => trial.ecu.newest(command)?.at ?? over));
  return recovery(trial, { over, heard: over, asked, limit });
}

export const viaPort = (port: number) => ({ MQTT_BROKER_PORT: String(port) });

/** The broker is reached by a wire that can be cut: `viaPort(wire.port)`. */
export async function onWire(
  contender: Contender,
  ground: Ground,
  work: (trial: Trial, wire: BrokerWire) => Promise<Outcome>,
) {
  const wire = await wireTo(ground);
  try {
    return await withTrial(contender, ground, (trial) => work(trial, wire));
  } finally {
    await wire.close();
  }
}
