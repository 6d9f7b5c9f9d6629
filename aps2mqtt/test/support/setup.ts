import { bundle } from '../../scripts/bundle.mjs';

/** Builds the program once, so that the tests of the process run what people run. */
export async function setup(): Promise<void> {
  await bundle();
}
