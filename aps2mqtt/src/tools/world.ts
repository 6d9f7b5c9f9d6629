import { type Clock, systemClock } from '../clock.ts';
import type { Timeouts } from '../ecu/transport.ts';
import type { Environment } from '../options/environment.ts';
import { type Output, standardOutput } from './terminal.ts';

/** What the commands that ask an ECU need of the world outside. */
export interface ToolWorld {
  readonly output: Output;
  readonly clock: Clock;
  readonly timeouts?: Timeouts;
}

export function realWorld(environment: Environment): ToolWorld {
  return { output: standardOutput(environment), clock: systemClock };
}
