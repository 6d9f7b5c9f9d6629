import { parseSavedWeb, type SavedWeb } from '../ecuweb/saved.ts';
import { asObject } from '../json.ts';
import { parseSavedModbus, type SavedModbus } from '../modbus/saved.ts';

/** What is kept of an ECU's Modbus and web page. What was never on is not there. */
export interface SavedSides {
  readonly modbus?: SavedModbus;
  readonly web?: SavedWeb;
}

/** Whatever can be used of it. */
export function parseSavedSides(value: unknown): SavedSides {
  const { modbus, web } = asObject(value);
  return {
    ...(modbus === undefined ? {} : { modbus: parseSavedModbus(modbus) }),
    ...(web === undefined ? {} : { web: parseSavedWeb(web) }),
  };
}
