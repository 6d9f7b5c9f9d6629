import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundlePage } from '../../scripts/page.mjs';

test('the page is at most 60 kB in all, with nothing inline and nothing from elsewhere', async () => {
  const files = Object.entries(await bundlePage()).map(
    ([name, { gzip }]) => [name, Buffer.from(gzip, 'base64')] as const,
  );
  expect(files.reduce((sum, [, bytes]) => sum + bytes.length, 0)).toBeLessThan(60_000);
  const texts = new Map(files.map(([name, bytes]) => [name, gunzipSync(bytes).toString()]));
  const start = texts.get('index.html') ?? '';
  expect(start).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|(?:src|href)="(?:\/|https?:)/);
  for (const [, name = ''] of start.matchAll(/(?:src|href)="(page-[^"]+)"/g)) {
    expect(texts.has(name), name).toBe(true);
  }
  const css = [...texts].filter(([name]) => name.endsWith('.css')).map(([, text]) => text);
  expect(css.join()).not.toMatch(/url\(|@import/);
});
