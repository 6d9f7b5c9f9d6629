import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { parse } from 'yaml';
import { isObject } from '../../src/json.ts';
import { shootHome } from './session.ts';

const WIDTH = 900;

/**
 * The options page, by Home Assistant's own form. Only a Supervisor knows apps, and here is none: its one answer that this
 * page needs is made from our own files.
 */
export async function optionsPage(browser: Browser, now: Date): Promise<void> {
  await shootHome(browser, 'options', {
    path: '/config/app/aps2mqtt/config',
    now,
    width: WIDTH,
    height: 1700,
    supervisor: (endpoint) => (endpoint === '/addons/aps2mqtt/info' ? appInfo() : null),
    act: async (page: Page) => {
      await page.getByText('Show unused optional configuration options').click();
      await page.getByText('Rest at night').waitFor();
      await page.mouse.move(0, 0);
    },
    clip: async (page) => {
      const box = await page.locator('supervisor-app-config').boundingBox();
      return { width: WIDTH, height: Math.ceil((box?.y ?? 0) + (box?.height ?? 0)) + 10 };
    },
  });
}

/** As the Supervisor tells an app that was just installed. */
function appInfo(): object {
  const { name, slug, description, version, stage, url, options, schema } = yaml('config.yaml');
  return {
    ...{ name, slug, description, long_description: null, version, version_latest: version, stage, url },
    ...{ state: 'started', installed: true, available: true, documentation: true, system_managed: false },
    ...{ options, schema: fieldsOf(schema), network: null, audio: null, ingress: true, arch: ['amd64'] },
    translations: { en: yaml('translations/en.yaml') },
  };
}

function yaml(file: string): Readonly<Record<string, unknown>> {
  const read: unknown = parse(readFileSync(file, 'utf8'));
  return isObject(read) ? read : {};
}

/** A schema of `config.yaml` as fields of a form: what the Supervisor makes of it. */
function fieldsOf(schema: unknown): object[] {
  return isObject(schema) ? Object.entries(schema).map(([name, type]) => ({ name, ...fieldOf(type) })) : [];
}

function fieldOf(type: unknown): object {
  if (typeof type !== 'string') {
    const [inner, multiple] = Array.isArray(type) ? [type[0] as unknown, true] : [type, false];
    return { type: 'schema', optional: true, multiple, schema: fieldsOf(inner) };
  }
  const [, word = '', inside = '', mark] = /^(\w+)(?:\((.*)\))?(\?)?$/s.exec(type) ?? [];
  const need = mark === '?' ? { optional: true } : { required: true };
  const [lengthMin, lengthMax] = inside.split(',').map(Number);
  const limits = inside === '' ? {} : { lengthMin, lengthMax };
  switch (word) {
    case 'bool':
      return { type: 'boolean', ...need };
    case 'port':
      return { type: 'integer', ...need };
    case 'int':
    case 'float':
      return { type: word === 'int' ? 'integer' : 'float', ...limits, ...need };
    case 'list':
      return { type: 'select', options: inside.split('|'), ...need };
    case 'match':
      return { type: 'string', ...need };
    case 'password':
      return { type: 'string', format: 'password', ...limits, ...need };
    default:
      return { type: 'string', ...limits, ...need };
  }
}
