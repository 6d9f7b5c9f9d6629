import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withTables } from '../../scripts/docTables.ts';
import { devicesOf } from '../../src/homeassistant/devices.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { everything } from '../support/everything.ts';
import { filesIn, read } from '../support/repository.ts';
import { ECU, FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';

const documentation = readFileSync(path.resolve(import.meta.dirname, '../../DOCS.md'), 'utf8');

describe('DOCS.md', () => {
  it('has the entities that the code has (else: node scripts/entity-docs.mjs)', () => {
    expect(withTables(documentation)).toBe(documentation);
  });

  it('needs its markers', () => {
    expect(() => withTables('nothing')).toThrow('entities:begin');
  });

  it('names symptoms by words that the log has', () => {
    const code = filesIn('aps2mqtt/src').map((name) => read(name));
    const [, troubleshooting = ''] = /^## Troubleshooting$([\s\S]*?)^## /m.exec(documentation) ?? [];
    const table = troubleshooting.split('###')[0] ?? '';
    const rows = table.split('\n').filter((line) => line.startsWith('| **'));
    const words = rows.flatMap((row) => Array.from(row.matchAll(/\*\*(.+?)\*\*/g), ([, word = '']) => word));
    expect(words.length).toBeGreaterThan(8);
    expect(words.filter((word) => !code.some((text) => text.includes(word)))).toEqual([]);
  });

  it("has a dashboard whose entities exist, by Home Assistant's way to name them", async () => {
    const snapshot = await snapshotOf({
      ecu: 'ecu-r-pro',
      ecuId: ECU,
      inverters: [{ family: 'ds3', id: '704000000011' }],
    });
    const ids = devicesOf([{ snapshot, canRestart: false }], createTopics('')).flatMap(({ block, components }) =>
      Array.from(components.values(), ({ name, platform }) => `${platform}.${slug(`${block.name} ${name}`)}`),
    );
    const yaml = /```yaml\n(views:[\s\S]*?)```/.exec(documentation)?.[1] ?? '';
    expect(parse(yaml).views).toHaveLength(1);
    const used = yaml.match(/\b(?:sensor|binary_sensor|button)\.\w+/g) ?? [];
    expect(used.length).toBeGreaterThan(8);
    expect([...new Set(used)].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('tells who comes from another integration only of entities that exist, by name and id', async () => {
    const snapshots = [await everything(), await everything(true, { ...FOUR_INVERTERS, ecu: 'ecu-r-pro' })];
    const names = new Map(
      devicesOf(
        snapshots.map((snapshot) => ({ snapshot, canRestart: true })),
        createTopics(''),
      ).flatMap(({ block, components }) =>
        Array.from(components.values(), ({ name, platform }) => [
          `${platform}.${slug(`${block.name} ${name}`)}`,
          String(name),
        ]),
      ),
    );
    const [, section = ''] = /^## Coming from another integration$([\s\S]*?)^## /m.exec(documentation) ?? [];
    const rows = [...section.matchAll(/^\| [^|]*`\w+\.\w+` \| (.+?) \| /gm)].map(([, ours = '']) => ours);
    expect(rows.length).toBeGreaterThan(35);
    const told = rows.filter((ours) => ours !== 'none');
    const there = [...names].map(([id, name]) => `${name} \`${id}\``);
    expect(told.length).toBeGreaterThan(28);
    expect(told.filter((ours) => !there.includes(ours))).toEqual([]);
  });
});

function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}
