import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { ecuWebPage } from '../../src/ecuweb/page.ts';
import { modbusTcp } from '../../src/modbus/tcp.ts';
import { Sides } from '../../src/monitor/sides.ts';
import type { EcuOptions } from '../../src/options/options.ts';
import { Quiet } from '../../src/polling/quiet.ts';
import { recordingLog } from '../support/logs.ts';
import { USUAL_ECU } from '../support/usualEcu.ts';

const OPTIONS: EcuOptions = { ...USUAL_ECU, host: '127.0.0.1', port: 8899 };

it.each([
  ['meters', '216000000001', 'only an ECU-R-Pro and an ECU-C have such a page'],
  ['control', '216300000001', 'only an ECU-R-Pro and an ECU-C have such a page'],
  ['meters', '216200000001', 'only an ECU-C has meters'],
  ['control', '216200000001', null],
  ['meters', '215000000001', null],
  ['off', '216300000001', null],
] as const)('web_page at %s says of %s what is in vain: %s', (webPage, ecuId, reason) => {
  const { log, lines } = recordingLog();
  const sides = new Sides(
    { ...OPTIONS, webPage },
    {
      clock: systemClock,
      log,
      sideTransports: {
        modbus: ({ host }) => modbusTcp(host, 502, 1_000),
        webPage: ({ host }) => ecuWebPage(host, 80),
      },
      quiet: new Quiet(systemClock),
      onChange: () => {},
    },
  );
  sides.adopt(ecuId, undefined);
  const told = lines.filter(({ level }) => level === 'warn').map(({ text }) => text);
  expect(told).toEqual(
    reason === null
      ? []
      : [
          expect.stringMatching(
            new RegExp(`^ECU.* ${ecuId}: .*\\(web_page, APS_ECU_WEB_PAGE\\) does nothing: ${reason}$`),
          ),
        ],
  );
});
