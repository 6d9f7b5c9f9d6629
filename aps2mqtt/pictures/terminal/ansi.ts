export interface Piece {
  readonly text: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isGreen: boolean;
}

const PLAIN = { isBold: false, isDim: false, isGreen: false };
const CODES: Readonly<Record<string, Partial<Piece>>> = {
  0: PLAIN,
  1: { isBold: true },
  2: { isDim: true },
  32: { isGreen: true },
};
const ESCAPE = '\u001b[';

/** A line of a terminal, cut where its look changes. */
export function piecesOf(line: string): Piece[] {
  let look = PLAIN;
  return line.split(ESCAPE).flatMap((part, index) => {
    const end = index === 0 ? 0 : part.indexOf('m') + 1;
    look = { ...look, ...CODES[part.slice(0, Math.max(0, end - 1))] };
    const text = part.slice(end);
    return text === '' ? [] : [{ ...look, text }];
  });
}
