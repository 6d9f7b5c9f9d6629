import { describe, expect, test } from 'vitest';
import { colourAt, isBright } from '../../src/roof/colour.ts';
import { parseLayout } from '../../src/roof/parseLayout.ts';
import { roofPicture } from '../../src/roof/picture.ts';
import { exampleRoof } from './exampleRoof.ts';

describe('the picture of the roof', () => {
  const picture = roofPicture(null, [exampleRoof(6)], 'light');

  test('names each panel with its value', () => {
    expect(picture).toContain('<title>DS3 704000000011, panel 1: 100 W</title>');
    expect(picture).toContain('<title>DS3 704000000012, panel 2: 115 W</title>');
    expect(picture.match(/<title>/g)).toHaveLength(12);
    expect(picture).toContain('4821 W · 23.1 kWh');
    expect(picture).toContain('>14:05<');
  });

  test('has room for all that it draws, the line below the roof as well', () => {
    const [, top = 0, , height = 0] = /viewBox="(.+?)"/.exec(picture)?.[1]?.split(' ').map(Number) ?? [];
    const caption = /<text[^>]* y="([\d.-]+)"[^>]*>4821 W/.exec(picture)?.[1];
    expect(Number(caption)).toBeGreaterThan(top);
    expect(Number(caption)).toBeLessThan(top + height);
  });

  test('tells offline, unknown and alarms apart, and not by colour alone', () => {
    expect(groupOf(picture, '704000000013, panel 1')).toMatch(/^<g class="o".*: offline<.*>–</);
    expect(groupOf(picture, '704000000014, panel 1')).toMatch(/^<g class="u".*: unknown<.*>\?</);
    expect(groupOf(picture, '704000000015, panel 2')).toMatch(/: 145 W, weak: shade from 10 to 12<.*>!</);
    expect(groupOf(picture, '704000000015, panel 1')).not.toContain('>!<');
  });

  test('of an ECU that is silent shows nothing as known', () => {
    const silent = roofPicture(null, [{ ...exampleRoof(6), answers: false }], 'light');
    expect(silent.match(/: unknown/g)).toHaveLength(12);
    expect(silent).not.toContain('4821');
  });

  test('needs nothing else, and has no script', () => {
    for (const theme of ['light', 'dark', 'auto'] as const) {
      const text = roofPicture(null, [exampleRoof(6)], theme);
      expect(text.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
        /https?:|href|script|@import|\bon\w+=/i,
      );
      expect(text.includes('prefers-color-scheme')).toBe(theme === 'auto');
    }
  });

  test('of 40 panels is about 10 kB', () => {
    expect(Buffer.byteLength(roofPicture(null, [exampleRoof(20)], 'auto'))).toBeLessThan(11_000);
  });

  test('keeps hostile names as text', () => {
    const layout = parseLayout({
      version: 1,
      sides: [{ id: 'x', name: '</text><script>alert(1)</script>' }],
      panels: [{ inverter: '704000000011', panel: 1, x: 0, y: 0, side: 'x', name: '"><a&b' }],
    });
    const text = roofPicture(layout, [exampleRoof(1)], 'light');
    expect(text).toContain('&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).toContain('&quot;&gt;&lt;a&amp;b');
    expect(text).not.toContain('<script');
  });

  test('of an inverter that has moved shows it once', () => {
    const [one, other] = [exampleRoof(1), exampleRoof(1, '216200000002')];
    expect(roofPicture(null, [one, other], 'light').match(/<title>/g)).toHaveLength(2);
  });

  test('of nothing is a picture as well', () => {
    expect(roofPicture(null, [], 'light')).toMatch(/^<svg .*<\/svg>$/);
  });
});

test('texts on panels have more contrast than WCAG asks of large ones', () => {
  const channel = (part: number) => (part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  for (const scale of ['sun', 'past'] as const) {
    for (let share = 0; share <= 1; share += 0.01) {
      const [red, green, blue] = colourAt(scale, share);
      const luminance = 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
      const ink = isBright([red, green, blue]) ? 0.0065 : 1;
      const contrast = (Math.max(luminance, ink) + 0.05) / (Math.min(luminance, ink) + 0.05);
      expect(contrast).toBeGreaterThan(4);
    }
  }
});

/** From a panel's group to the next one. */
function groupOf(picture: string, words: string): string {
  const at = picture.lastIndexOf('<g class=', picture.indexOf(words));
  const next = picture.indexOf('<g class=', at + 1);
  return picture.slice(at, next === -1 ? undefined : next);
}
