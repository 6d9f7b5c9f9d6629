const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** s of `+1h`, `-2d`, `+1h30m`, `+90s`; NaN for what is none. The sign must be there. */
export function spanOf(text: string): number {
  if (!/^[+-](?:\d{1,6}(?:\.\d+)?[smhd])+$/.test(text)) {
    return Number.NaN;
  }
  const parts = Array.from(text.matchAll(/([\d.]+)([smhd])/g));
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * SECONDS[unit as keyof typeof SECONDS],
    0,
  );
  return text.startsWith('-') ? -seconds : seconds;
}
