import { keep } from '../album.ts';
import { arrow, drawing, panel, sun, write } from './shapes.ts';

const MARGIN = 20;
const BOX = { width: 190, height: 132 };
/** From box to box, and from row to row. */
const STEP = { x: 276, y: 218 };
const TOP = 48;
const WIDTH = 2 * STEP.x + BOX.width + 2 * MARGIN;

interface Station {
  readonly name: string;
  readonly lines: readonly [string, string];
  /** What leads on. */
  readonly by: string;
}

const ROWS: readonly (readonly [caption: string, stations: readonly Station[]])[] = [
  [
    'What you have from APsystems',
    [
      { name: 'Panels', lines: ['two or four', 'to an inverter'], by: 'DC' },
      { name: 'Inverters', lines: ['DS3, QS1, YC600,', 'YC1000, QT2 …'], by: 'radio' },
      { name: 'ECU', lines: ['asks each inverter', 'every 5 minutes'], by: '' },
    ],
  ],
  [
    'What runs beside it: no cloud',
    [
      { name: 'aps2mqtt', lines: ['asks the ECU when', 'it has new values'], by: 'MQTT' },
      { name: 'Broker', lines: ['Mosquitto,', 'or your own'], by: 'MQTT' },
      { name: 'Home Assistant', lines: ['devices, dashboards,', 'Energy, the roof'], by: '' },
    ],
  ],
];

/** The way of a value. */
export function flow(): void {
  const rows = ROWS.flatMap(([caption, stations], row) => {
    const top = TOP + row * STEP.y;
    return [write(MARGIN, top - 18, caption, 'q'), ...stations.flatMap((one, column) => drawStation(one, column, top))];
  });
  const title = 'From the panels through inverters, ECU, aps2mqtt and the broker to Home Assistant';
  keep('flow.svg', drawing(WIDTH, TOP + STEP.y + BOX.height + MARGIN, title, [...rows, ...turn()]));
}

function drawStation({ name, lines, by }: Station, column: number, top: number): string[] {
  const x = MARGIN + column * STEP.x;
  const middle = x + BOX.width / 2;
  const kind = name === 'aps2mqtt' ? 'own' : 'box';
  const onward = [
    arrow(x + BOX.width + 8, x + STEP.x - 8, top + 66),
    write(x + (BOX.width + STEP.x) / 2, top + 52, by, 'q m'),
  ];
  return [
    `<rect class="${kind}" x="${x}" y="${top}" width="${BOX.width}" height="${BOX.height}" rx="12"/>`,
    SIGNS[name]?.(middle, top + 38) ?? '',
    write(middle, top + 84, name, 't m'),
    ...lines.map((line, index) => write(middle, top + 104 + index * 17, line, 'q m')),
    ...(by === '' ? [] : onward),
  ];
}

/** From the end of the first row to the begin of the second. */
function turn(): string[] {
  const [from, to] = [MARGIN + 2 * STEP.x + BOX.width / 2, MARGIN + BOX.width + 26];
  const [begin, middle, end] = [TOP + BOX.height + 8, TOP + BOX.height + 36, TOP + STEP.y + 24];
  return [
    `<path class="line" d="M${from} ${begin} V${middle - 10} q0 10 -10 10 H${to + 10} q-10 0 -10 10 V${end - 10} q0 10 -8 10"/>`,
    `<path class="head" d="M${MARGIN + BOX.width + 8} ${end} l11 -6.5 v13 Z"/>`,
    write((from + to) / 2, middle - 9, 'your network: WiFi or cable', 'q m'),
  ];
}

const box = (x: number, y: number, width: number, height: number) =>
  `<rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="5" class="sign"/>`;
const lamps = (x: number, y: number) =>
  [-10, 0, 10].map((dx) => `<circle cx="${x + dx}" cy="${y}" r="3" fill="#ffb703"/>`).join('');

const SIGNS: Readonly<Record<string, (x: number, y: number) => string>> = {
  Panels: (x, y) => sun(x + 26, y - 12, 8) + panel(x - 30, y - 23, 38),
  Inverters: (x, y) =>
    `${box(x, y, 56, 34)}<path d="M${x - 14} ${y} q7 -16 14 0 t14 0" fill="none" stroke="#ffb703" stroke-width="3" stroke-linecap="round"/>`,
  ECU: (x, y) => `${box(x, y + 4, 58, 24) + lamps(x, y + 4)}<path d="M${x + 20} ${y - 8} v-12" class="mast"/>`,
  // The tile of the logo.
  aps2mqtt: (x, y) =>
    `<g transform="translate(${x - 24} ${y - 24}) scale(0.375)"><rect x="4" y="4" width="120" height="120" rx="28" fill="#0f4c75"/><path d="M42 54 A22 22 0 0 1 86 54 Z" fill="#ffb703"/><path d="M36.4 45.0 L28.8 42.6 M47.0 30.5 L42.3 24.1 M64.0 25.0 L64.0 17.0 M81.0 30.5 L85.7 24.1 M91.6 45.0 L99.2 42.6" stroke="#ffb703" stroke-width="6" stroke-linecap="round"/><g fill="#e8f4fd"><path d="M27.0 60 L49.8 60 L47.4 81.5 L20.7 81.5 Z"/><path d="M53.5 60 L74.5 60 L76.3 81.5 L51.7 81.5 Z"/><path d="M78.2 60 L101.0 60 L107.3 81.5 L80.6 81.5 Z"/><path d="M19.4 86 L46.9 86 L44.5 108 L13.0 108 Z"/><path d="M51.4 86 L76.6 86 L78.5 108 L49.5 108 Z"/><path d="M81.1 86 L108.6 86 L115.0 108 L83.5 108 Z"/></g></g>`,
  Broker: (x, y) => [-13, 0, 13].map((dy) => box(x, y + dy, 52, 10)).join(''),
  'Home Assistant': (x, y) =>
    `<path d="M${x - 26} ${y + 2} L${x} ${y - 22} L${x + 26} ${y + 2} M${x - 18} ${y - 3} v23 h36 v-23" fill="none" stroke="#2b8fd0" stroke-width="5" stroke-linejoin="round" stroke-linecap="round"/>`,
};
