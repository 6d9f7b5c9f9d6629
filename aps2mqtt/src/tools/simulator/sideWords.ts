import { UsageError } from '../../errors.ts';
import { meantAmong } from './meant.ts';
import type { SimulatedModbus } from './modbusServer.ts';
import type { SimulatedWeb } from './webServer.ts';
import { each, type Words } from './words.ts';

const MODBUS: Readonly<Record<string, (modbus: SimulatedModbus) => string>> = {
  echo: (modbus) => {
    modbus.memory.isEcho = true;
    return 'Modbus: writes are read back, and nobody obeys.';
  },
  forget: (modbus) => {
    modbus.memory.forget();
    return 'Modbus: it says 30 %, as after a restart.';
  },
  once: (modbus) => {
    modbus.manner = 'oneAnswer';
    return 'Modbus: each connection ends with its first answer.';
  },
  refuse: (modbus) => {
    modbus.manner = 'exception';
    return 'Modbus: it refuses to be written.';
  },
  silent: (modbus) => {
    modbus.manner = 'silent';
    return 'Modbus: it says nothing.';
  },
};

const WEB: Readonly<Record<string, (web: SimulatedWeb) => string>> = {
  refuse: (web) => {
    web.manner = 'refuse';
    return 'Web: it answers, and does nothing.';
  },
  gone: (web) => {
    web.manner = 'gone';
    return 'Web: its firmware has withdrawn the page (404).';
  },
  empty: (web) => {
    web.manner = 'empty';
    return 'Web: its meters have no points, as after midnight.';
  },
};

/** `modbus echo`, `web gone`: how Modbus and the web page misbehave, until `behave`. */
export const SIDE_WORDS: Words = {
  modbus: {
    usage: 'modbus HOW',
    meaning: `Modbus misbehaves: ${Object.keys(MODBUS).join(', ')}`,
    parse: ([how = '']) => {
      const act = Object.hasOwn(MODBUS, how) ? MODBUS[how] : undefined;
      if (act === undefined) {
        throw new UsageError(`modbus: ${meantAmong(how, Object.keys(MODBUS))}`);
      }
      return each(({ modbus }) => (modbus === null ? 'No Modbus is served: start with --modbus PORT.' : act(modbus)));
    },
  },
  web: {
    usage: 'web HOW',
    meaning: `its web page misbehaves: ${Object.keys(WEB).join(', ')}`,
    parse: ([how = '']) => {
      const act = Object.hasOwn(WEB, how) ? WEB[how] : undefined;
      if (act === undefined) {
        throw new UsageError(`web: ${meantAmong(how, Object.keys(WEB))}`);
      }
      return each(({ web }) => (web === null ? 'No web page is served: start with --web PORT.' : act(web)));
    },
  },
};
