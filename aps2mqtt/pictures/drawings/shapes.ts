export const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The logo's colours; what is written follows the reader's light or dark. */
export const STYLE = `<style>
text { font-family: -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; font-size: 15px; fill: #1b2733 }
.t { font-weight: 600; font-size: 16px }
.q { fill: #55636f; font-size: 13.5px }
.m { text-anchor: middle }
.box { fill: #f3f8fc; stroke: #b9cfe0 }
.own { fill: #e3f1fb; stroke: #0f6db0; stroke-width: 2 }
.line { fill: none; stroke: #2b8fd0; stroke-width: 3; stroke-linecap: round }
.head { fill: #2b8fd0 }
.sign { fill: #0f4c75 }
.mast { stroke: #0f4c75; stroke-width: 4; stroke-linecap: round }
.ok { stroke: #2e8b57; fill: #2e8b57 }
.no { stroke: #c0392b; fill: #c0392b }
.ok, .no { stroke-width: 3; stroke-linecap: round }
.rule { stroke: #d5dfe7 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .q { fill: #9aa7b3 }
  .box { fill: #17222c; stroke: #3a4d5d }
  .own { fill: #10324a; stroke: #2b8fd0 }
  .sign { fill: #4a9fd8 }
  .mast { stroke: #4a9fd8 }
  .ok { stroke: #5fcf8f; fill: #5fcf8f }
  .no { stroke: #ff7b6b; fill: #ff7b6b }
  .rule { stroke: #2c3a46 }
}
</style>`;

export function drawing(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${escapeXml(title)}</title>
${STYLE}
${parts.join('\n')}
</svg>
`;
}

export const write = (x: number, y: number, text: string, kind = '') =>
  `<text x="${x}" y="${y}"${kind === '' ? '' : ` class="${kind}"`}>${escapeXml(text)}</text>`;

/** A panel of six cells, as in the logo, `size` wide. */
export function panel(x: number, y: number, size: number): string {
  const cell = (size - 2) / 2;
  const cells = [0, 1, 2].flatMap((row) => [0, 1].map((column) => [column, row] as const));
  const at = ([column, row]: readonly [number, number]) =>
    `<rect x="${x + column * (cell + 2)}" y="${y + row * (cell * 0.8 + 2)}" width="${cell}" height="${cell * 0.8}" rx="1.5" class="sign"/>`;
  return cells.map(at).join('');
}

/** The sun of the logo. */
export function sun(x: number, y: number, size: number): string {
  const rays = Array.from({ length: 8 }, (_, index) => {
    const [dx, dy] = [Math.cos((index * Math.PI) / 4), Math.sin((index * Math.PI) / 4)];
    const at = (distance: number) => `${(x + dx * distance).toFixed(1)} ${(y + dy * distance).toFixed(1)}`;
    return `M${at(size * 1.35)} L${at(size * 1.75)}`;
  });
  return `<circle cx="${x}" cy="${y}" r="${size}" fill="#ffb703"/><path d="${rays.join(' ')}" stroke="#ffb703" stroke-width="${size / 4}" stroke-linecap="round"/>`;
}

/** To the right. */
export const arrow = (from: number, to: number, y: number) =>
  `<path class="line" d="M${from} ${y} H${to - 9}"/><path class="head" d="M${to} ${y} l-11 -6.5 v13 Z"/>`;

export const wifi = (x: number, y: number, kind: 'ok' | 'no') =>
  `<g class="${kind}"><circle cx="${x}" cy="${y + 9}" r="2" stroke="none"/>${[7, 13, 19]
    .map(
      (r) =>
        `<path fill="none" d="M${x - r * 0.77} ${(y + 9 - r * 0.64).toFixed(1)} A${r} ${r} 0 0 1 ${x + r * 0.77} ${(y + 9 - r * 0.64).toFixed(1)}"/>`,
    )
    .join('')}</g>`;

/** A network plug. */
export const plug = (x: number, y: number, kind: 'ok' | 'no') =>
  `<g class="${kind}"><rect x="${x - 11}" y="${y - 10}" width="22" height="17" rx="2" fill="none"/><path d="M${x - 5} ${y - 9} v5 M${x} ${y - 9} v5 M${x + 5} ${y - 9} v5" stroke-width="2"/><path d="M${x} ${y + 8} v7"/></g>`;

export const tick = (x: number, y: number) => `<path class="ok" style="fill:none" d="M${x - 7} ${y} l5 6 l10 -12"/>`;

export const cross = (x: number, y: number) =>
  `<path class="no" d="M${x - 6} ${y - 6} l12 12 M${x + 6} ${y - 6} l-12 12"/>`;
