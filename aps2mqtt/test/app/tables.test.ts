import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createApp } from '../../src/http/app.ts';
import { pageFiles } from '../../src/http/page.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { ECU_SETTINGS, INVERTER_SETTINGS } from '../../src/site/order.ts';
import { exampleData } from '../http/exampleData.ts';
import { OPEN } from '../http/servedPage.ts';
import { recordingLog } from '../support/logs.ts';
import { read } from '../support/repository.ts';

const docs = read('aps2mqtt/DOCS.md');

/** What stands in the first column below a heading, as code. */
const namedBelow = (heading: string, form: RegExp) => {
  const [, section = ''] = new RegExp(`^### ${heading}$([\\s\\S]*?)(?:^##|(?![\\s\\S]))`, 'm').exec(docs) ?? [];
  return Array.from(section.matchAll(form), ([, found = '']) => found).sort();
};

describe('the tables of the documentation', () => {
  it('have all MQTT topics, and no other', () => {
    const { prefix, availabilities, commands, ecuOfAvailability, status, setting, ...others } = createTopics('PREFIX');
    const settings = [
      ...ECU_SETTINGS.map((what) => setting('<ecu>', what)),
      ...INVERTER_SETTINGS.map((what) => setting('<ecu>', what, '<inverter>')),
    ];
    const topics = [status, ...settings, ...Object.values(others).map((topic) => topic('<ecu>', '<inverter>'))];
    expect(namedBelow('MQTT topics', /^\| `(\S+)` \|/gm)).toEqual(
      topics.map((topic) => topic.replace('PREFIX/', '<p>')).sort(),
    );
  });

  it("have all requests of the page's API, and no other", () => {
    const app = createApp(OPEN, exampleData(), systemClock, recordingLog().log, new AbortController().signal);
    // The page's own files are none of it. They are there where another test has made them.
    const own = ['/', ...Object.keys(pageFiles()).map((name) => `/${name}`)];
    const routes = app.routes
      .filter(({ method, path }) => method !== 'ALL' && !own.includes(path))
      .map(({ method, path }) => `${method} ${path.slice(1).replace(/:\w+(?:\{.*\})?/, '*')}`);
    const told = namedBelow("The page's API", /^\| `([A-Z]+ [^`?]+)(?:\?[^`]*)?` \|/gm).map((request) =>
      request.replace(/<ecu>|2026-06-21(?:\.csv)?/, '*'),
    );
    expect([...new Set(told)].sort()).toEqual([...new Set(routes)].sort());
  });
});
