import { execFileSync } from 'node:child_process';
import { keep, leaveOut } from '../album.ts';
import { escapeXml } from '../drawings/shapes.ts';
import { type Piece, piecesOf } from './ansi.ts';

const LINE = 18;
/** Of a monospaced letter of 13 px, by which all that is drawn is laid out. */
const LETTER = 7.83;
const MARGIN = 20;
const BAR = 34;

/** What the demo prints into a terminal, kept as it came: the numbers are of this minute. */
export function demo(): void {
  let printed: string;
  try {
    // `script` gives it a terminal to colour for.
    printed = execFileSync('script', ['-q', '-e', '-c', 'npm run --silent demo', '/dev/null'], { encoding: 'utf8' });
  } catch (error) {
    leaveOut('the demo', `it needs the program "script" (${error instanceof Error ? error.message : error})`);
    return;
  }
  keep('demo.svg', terminal(['$ npm run demo', ...printed.trimEnd().replaceAll('\r', '').split('\n')]));
}

function terminal(lines: readonly string[]): string {
  const pieces = lines.map(piecesOf);
  const columns = Math.max(...pieces.map((line) => line.reduce((sum, { text }) => sum + Array.from(text).length, 0)));
  const width = Math.ceil(columns * LETTER) + 2 * MARGIN;
  const height = BAR + lines.length * LINE + MARGIN;
  const rows = pieces.map((line, row) => drawLine(line, BAR + (row + 1) * LINE - 4)).filter((text) => text !== '');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>What npm run demo prints: two simulated ECUs with their inverters and panels</title>
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d5dde5; white-space: pre }
.b { font-weight: bold; fill: #fff }
.d { fill: #8492a0 }
.g { fill: #7ee2a8 }
</style>
<rect width="${width}" height="${height}" rx="10" fill="#10202c"/>
<g fill="#33485a"><circle cx="22" cy="18" r="6"/><circle cx="42" cy="18" r="6"/><circle cx="62" cy="18" r="6"/></g>
${rows.join('\n')}
</svg>
`;
}

/** Each piece as wide as its letters are counted: no font of the reader's moves a column. */
function drawLine(line: readonly Piece[], y: number): string {
  let column = 0;
  return line
    .map((piece) => {
      const letters = Array.from(piece.text).length;
      const x = MARGIN + column * LETTER;
      column += letters;
      const look = [piece.isBold ? 'b' : '', piece.isDim ? 'd' : '', piece.isGreen ? 'g' : ''].join('');
      const kind = look === '' ? '' : ` class="${look}"`;
      const length = (letters * LETTER).toFixed(1);
      return `<text x="${x.toFixed(1)}" y="${y}"${kind} textLength="${length}" xml:space="preserve">${escapeXml(piece.text)}</text>`;
    })
    .join('');
}
