const LONGEST = 64;

/**
 * A text that an ECU sent (firmware, time zone), made safe for any log, topic or payload: printable ASCII only, and no
 * more than 64 characters of it.
 */
export function cleanText(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, LONGEST)
    .trim();
}
