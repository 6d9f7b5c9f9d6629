import { type Clock, systemClock } from '../clock.ts';
import type { Timeouts } from '../ecu/transport.ts';
import { appPlace } from '../options/app.ts';
import type { Environment } from '../options/environmentType.ts';
import { type HomeSource, homeSource } from '../supervisor/homeSource.ts';
import { type Output, standardOutput } from './terminal.ts';

/** What the commands that ask an ECU need of the world outside. */
export interface ToolWorld {
  readonly output: Output;
  readonly clock: Clock;
  readonly timeouts?: Timeouts;
  /** Where ECUs may be, where nobody says it. */
  readonly home: HomeSource;
  /** How the person started this program. */
  readonly program: string;
}

export function realWorld(environment: Environment, program: string): ToolWorld {
  return { output: standardOutput(environment), clock: systemClock, home: homeSource(appPlace(environment)), program };
}
