import { describe, expect, test } from 'vitest';
import { renderPoll, renderTable, renderTopics } from '../../demo/table.ts';
import { viewEcus } from '../../demo/view.ts';

const state = (values: object) => JSON.stringify(values);
const measured = { online: true, signal: 84, temperature: 8, frequency: 50, power: 1055, voltage: 390.5 };

const payloads = new Map([
  ['aps/status', 'online'],
  ['aps/216200000001/availability', 'online'],
  ['aps/216200000001', state({ current_power: 1055, today_energy: 3.3, lifetime_energy: 92.6 })],
  [
    'aps/216200000001/901000000001',
    state({ ...measured, panel_1_power: 400, panel_2_power: 5, panel_3_power: 250, panel_4_power: 400 }),
  ],
  [
    'aps/216200000001/704000000001',
    state({ online: false, signal: 0, temperature: null, frequency: null, power: 0, voltage: null, panel_1_power: 0 }),
  ],
  ['aps/216000000002', state({ current_power: null, today_energy: null, lifetime_energy: null })],
  ['aps/216000000002/availability', 'offline'],
  ['aps/216000000002/600000000001', state({ online: null })],
  ['homeassistant/device/aps_216200000001/config', '{}'],
]);

describe('the table', () => {
  test('shows what stands in the broker, aligned', () => {
    expect(renderTable(viewEcus(payloads), { colour: false })).toBe(
      [
        'ECU-R-Pro 216200000001   1055 W   3.30 kWh today   92.6 kWh in all',
        '  Inverter      Family  Online  Signal  °C      V    Hz     W  Panels  W each',
        '  901000000001  QT2     yes       84 %   8  390.5  50.0  1055  █▁▅█    400   5 250 400',
        '  704000000001  DS3     no         0 %   –      –     –     0            0',
        '',
        'ECU-R 216000000002   – W   – kWh today   – kWh in all   (does not answer)',
        '  Inverter      Family  Online  Signal  °C      V    Hz     W  Panels  W each',
        '  600000000001          –            –   –      –     –     –',
      ].join('\n'),
    );
  });

  test('has colours only when asked, and the same text', () => {
    const coloured = renderTable(viewEcus(payloads), { colour: true });
    expect(coloured).toContain('\u001b[32m  901000000001');
    expect(coloured).toContain('\u001b[2m  704000000001');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape codes are what is taken away
    const plain = coloured.replace(/\u001b\[\d+m/g, '');
    expect(plain).toBe(renderTable(viewEcus(payloads), { colour: false }));
  });

  test('of nothing is nothing', () => {
    expect(renderTable(viewEcus(new Map([['aps/status', 'online']])), { colour: false })).toBe('');
  });
});

test('a poll is one line', () => {
  const [ecu] = viewEcus(payloads);
  expect.assert(ecu !== undefined);
  expect(renderPoll(new Date(2026, 5, 21, 9, 5, 7), ecu)).toBe(
    '09:05:07  ECU-R-Pro 216200000001   1055 W   3.30 kWh today   92.6 kWh in all   1 of 2 inverters online',
  );
});

test('topics are listed in order, of each ECU with one inverter, and cut to the width', () => {
  const lines = renderTopics(payloads, 60).split('\n');
  expect(lines).toEqual([
    '  aps/216000000002                              {"current_p…',
    '  aps/216000000002/600000000001                 {"online":n…',
    '  aps/216000000002/availability                 offline',
    '  aps/216200000001                              {"current_p…',
    '  aps/216200000001/704000000001                 {"online":f…',
    '  aps/216200000001/availability                 online',
    '  aps/status                                    online',
    '  homeassistant/device/aps_216200000001/config  {}',
    '  and 1 more inverters',
  ]);
  expect(lines.every((line) => line.length <= 60)).toBe(true);
});
