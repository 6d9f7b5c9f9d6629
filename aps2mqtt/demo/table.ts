import type { EcuView, InverterView } from './view.ts';

export interface TableStyle {
  /** With the escape codes of a terminal. */
  readonly colour: boolean;
}

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly text: (inverter: InverterView) => string;
}

const UNKNOWN = '–';
const BARS = Array.from(' ▁▂▃▄▅▆▇█');

function columns(highest: number): readonly Column[] {
  const left = (title: string, text: Column['text']): Column => ({ title, align: 'left', text });
  const right = (title: string, text: Column['text']): Column => ({ title, align: 'right', text });
  return [
    left('Inverter', ({ id }) => id),
    left('Family', ({ family }) => family),
    left('Online', ({ online }) => (online === null ? UNKNOWN : online ? 'yes' : 'no')),
    right('Signal', ({ signal }) => (signal === null ? UNKNOWN : `${signal} %`)),
    right('°C', ({ temperature }) => fixed(temperature, 0)),
    right('V', ({ voltage }) => fixed(voltage, 1)),
    right('Hz', ({ frequency }) => fixed(frequency, 1)),
    right('W', ({ power }) => fixed(power, 0)),
    left('Panels', ({ panels }) => panels.map((power) => bar(power, highest)).join('')),
    left('W each', ({ panels }) => panels.map((power) => fixed(power, 0).padStart(3)).join(' ')),
  ];
}

/** The ECUs as text: a heading for each, and a line for each inverter below. */
export function renderTable(ecus: readonly EcuView[], { colour }: TableStyle): string {
  const inverters = ecus.flatMap((ecu) => ecu.inverters);
  const highest = Math.max(1, ...inverters.flatMap(({ panels }) => panels.map((power) => power ?? 0)));
  const cells = columns(highest).map((column) => {
    const widest = Math.max(...[column.title, ...inverters.map(column.text)].map((text) => text.length));
    return (text: string) => (column.align === 'left' ? text.padEnd(widest) : text.padStart(widest));
  });
  const line = (texts: readonly string[]) =>
    `  ${texts.map((text, at) => cells[at]?.(text) ?? text).join('  ')}`.trimEnd();
  const titles = columns(highest).map(({ title }) => title);
  const row = (inverter: InverterView) => line(columns(highest).map(({ text }) => text(inverter)));
  const paint = painter(colour);
  return ecus
    .map((ecu) =>
      [
        paint('bold', heading(ecu)),
        paint('dim', line(titles)),
        ...ecu.inverters.map((inverter) => paint(inverter.online === true ? 'green' : 'dim', row(inverter))),
      ].join('\n'),
    )
    .join('\n\n');
}

/** One line for an ECU after a poll. */
export function renderPoll(time: Date, ecu: EcuView): string {
  const online = ecu.inverters.filter((inverter) => inverter.online === true).length;
  return `${time.toTimeString().slice(0, 8)}  ${heading(ecu)}   ${online} of ${ecu.inverters.length} inverters online`;
}

/** The topics with the beginning of what they hold; of each ECU's inverters only the first one. */
export function renderTopics(payloads: ReadonlyMap<string, string>, width = 110): string {
  const perEcu = new Map<string, number>();
  const shown: (readonly [topic: string, payload: string])[] = [];
  for (const [topic, payload] of [...payloads].sort(([a], [b]) => a.localeCompare(b))) {
    const ecu = /^(aps\/\d{12})\/\d{12}$/.exec(topic)?.[1];
    const count = ecu === undefined ? 0 : (perEcu.get(ecu) ?? 0) + 1;
    if (ecu !== undefined) {
      perEcu.set(ecu, count);
    }
    if (count < 2) {
      shown.push([topic, payload]);
    }
  }
  const widest = Math.max(0, ...shown.map(([topic]) => topic.length));
  const lines = shown.map(([topic, payload]) => shorten(`  ${topic.padEnd(widest)}  ${payload}`, width));
  const more = [...perEcu.values()].reduce((total, count) => total + count - 1, 0);
  return more > 0 ? [...lines, `  and ${more} more inverters`].join('\n') : lines.join('\n');
}

function heading({ model, id, available, power, today, lifetime }: EcuView): string {
  const values = [`${fixed(power, 0)} W`, `${fixed(today, 2)} kWh today`, `${fixed(lifetime, 1)} kWh in all`];
  return `${model} ${id}   ${values.join('   ')}${available ? '' : '   (does not answer)'}`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? UNKNOWN : value.toFixed(digits);
}

/** One character, as high as the power is beside the highest. */
function bar(power: number | null, highest: number): string {
  return BARS[Math.ceil(((power ?? 0) / highest) * (BARS.length - 1))] ?? ' ';
}

function shorten(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

const CODES = { bold: 1, dim: 2, green: 32 } as const;

function painter(colour: boolean): (how: keyof typeof CODES, text: string) => string {
  return (how, text) => (colour ? `\u001b[${CODES[how]}m${text}\u001b[0m` : text);
}
