import { keep } from '../album.ts';
import { cross, drawing, plug, tick, wifi, write } from './shapes.ts';

interface Model {
  readonly name: string;
  readonly id: string;
  readonly isCableFine: boolean;
  /** What to do. */
  readonly advice: string;
  readonly extras: string;
}

const MODELS: readonly Model[] = [
  {
    name: 'ECU-R',
    id: '2160',
    isCableFine: false,
    advice: 'Pull the network cable out',
    extras: 'Modbus on newer ones',
  },
  { name: 'ECU-R-Pro', id: '2162', isCableFine: true, advice: 'Either will do', extras: 'Modbus, web page' },
  { name: 'ECU-B', id: '2163', isCableFine: false, advice: 'Leave the network socket empty', extras: '' },
  { name: 'ECU-C', id: '215', isCableFine: true, advice: 'Either will do', extras: 'Modbus, web page, meters' },
];

const COLUMNS = { name: 24, wifi: 210, cable: 340, advice: 430, extras: 690 };
const ROW = 62;
const HEAD = 46;

/** How each model has to be connected; DOCS.md has the same in words. */
export function cables(): void {
  const rows = MODELS.flatMap(({ name, id, isCableFine, advice, extras }, index) => {
    const y = HEAD + index * ROW + ROW / 2;
    const kind = isCableFine ? 'ok' : 'no';
    return [
      `<path class="rule" d="M${COLUMNS.name} ${y - ROW / 2} H876"/>`,
      write(COLUMNS.name, y - 2, name, 't'),
      write(COLUMNS.name, y + 17, `id begins with ${id}`, 'q'),
      wifi(COLUMNS.wifi - 14, y, 'ok'),
      tick(COLUMNS.wifi + 22, y),
      plug(COLUMNS.cable - 16, y, kind),
      isCableFine ? tick(COLUMNS.cable + 18, y) : cross(COLUMNS.cable + 18, y),
      write(COLUMNS.advice, y + 5, advice),
      write(COLUMNS.extras, y + 5, extras, 'q'),
    ];
  });
  keep(
    'cables.svg',
    drawing(900, HEAD + MODELS.length * ROW + 8, 'How each ECU has to be connected: WiFi or network cable', [
      write(COLUMNS.name, 28, 'Your ECU', 'q'),
      write(COLUMNS.wifi, 28, 'WiFi', 'q m'),
      write(COLUMNS.cable, 28, 'Network cable', 'q m'),
      write(COLUMNS.extras, 28, 'Can also do', 'q'),
      ...rows,
    ]),
  );
}
