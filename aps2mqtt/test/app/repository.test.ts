import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadOptions } from '../../src/options/load.ts';
import { PYTHON_KEYS } from '../../src/options/python.ts';
import { optionsSchema } from '../../src/options/schema.ts';
import { flatten, NOT_IN_APP } from '../support/appSchema.ts';
import { filesIn, type Mapping, read, readMapping, repository } from '../support/repository.ts';

const config = readMapping('aps2mqtt', 'config.yaml');
const files = filesIn('');

describe('what the Supervisor looks for', () => {
  test('one app and one repository: it would read any other file of these names too', () => {
    expect(files.filter((name) => /(?:^|\/)config\.(?:ya?ml|json)$/.test(name))).toEqual(['aps2mqtt/config.yaml']);
    expect(files.filter((name) => /(?:^|\/)repository\.(?:ya?ml|json)$/.test(name))).toEqual(['repository.yaml']);
  });

  test('no build file: it would switch on the old way to build', () => {
    expect(files.filter((name) => /^aps2mqtt\/(?:.*\/)?build\./.test(name))).toEqual([]);
  });

  test('the repository and the app have the same address', () => {
    const { name, url, maintainer } = readMapping('repository.yaml');
    expect({ name, url, maintainer }).toEqual({
      name: 'aps2mqtt',
      url: config.url,
      maintainer: 'the aps2mqtt authors',
    });
  });

  test('the app is built where it runs, with nothing that lowers its rating', () => {
    expect(Object.keys(config).sort()).toEqual(
      [
        'arch',
        'description',
        'homeassistant',
        'homeassistant_api',
        'ingress',
        'init',
        'map',
        'name',
        'options',
        'schema',
        'services',
      ]
        .concat(['panel_admin', 'panel_icon', 'panel_title', 'slug', 'stage', 'tmpfs', 'url', 'version'])
        .sort(),
    );
    expect(config).toMatchObject({ slug: 'aps2mqtt', init: false, tmpfs: true, services: ['mqtt:want'], map: ['ssl'] });
    // With the AppArmor profile and ingress that is 8, the most there is.
    expect(config).toMatchObject({ ingress: true, panel_admin: false, panel_icon: 'mdi:solar-panel-large' });
    expect(config).not.toHaveProperty('ports');
    expect(config.arch).toEqual(['aarch64', 'amd64']);
  });

  test('AppArmor has one profile, named as the app, and knows where its signals come from', () => {
    const text = read('aps2mqtt/apparmor.txt');
    expect(text.match(/^profile \S+/gm)).toEqual([`profile ${config.slug}`]);
    expect(text).toContain(`signal (receive) peer=*_${config.slug},`);
  });

  test.each([
    ['icon.png', 128, 128],
    ['logo.png', 250, 100],
  ])('%s is %d × %d', (name, width, height) => {
    const bytes = readFileSync(path.join(repository, 'aps2mqtt', name));
    expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([width, height]);
  });

  test.each(['run.sh', 'scripts/art.sh', 'test/container/rehearse.sh', 'test/container/base.sh'])(
    '%s is executable',
    (name) => {
      expect(statSync(path.join(repository, 'aps2mqtt', name)).mode & 0o111).toBe(0o111);
    },
  );
});

describe('one version everywhere', () => {
  test('as in package.json', () => {
    expect(config.version).toBe(readMapping('aps2mqtt', 'package.json').version);
  });

  test('newest in the changelog, in the image and in the README', () => {
    expect(/^## (.*)$/m.exec(read('aps2mqtt/CHANGELOG.md'))?.[1]).toBe(config.version);
    expect(read('aps2mqtt/Dockerfile')).toContain(`ARG BUILD_VERSION=${config.version}\n`);
    expect(read('README.md')).toContain(`ghcr.io/aps2mqtt/aps2mqtt:${config.version}`);
  });
});

describe('the image', () => {
  const lines = read('aps2mqtt/Dockerfile').split('\n');

  test('every file that it copies is there and let through', () => {
    const copies = lines.filter((line) => /^COPY (?!--from)/.test(line));
    const sources = copies.flatMap((line) => line.split(' ').slice(1, -1)).filter((word) => !word.startsWith('--'));
    const through = read('aps2mqtt/.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(through.map((line) => line.slice(1)).sort()).toEqual(sources.map((name) => name.replace('./', '')).sort());
    expect(() => sources.map((name) => statSync(path.join(repository, 'aps2mqtt', name)))).not.toThrow();
  });

  test('checks the flags that run.sh starts the program with', () => {
    const command = /(--max\S+ .*) \/app\/aps2mqtt\.js/;
    expect(lines.map((line) => command.exec(line)?.[1])).toContain(command.exec(read('aps2mqtt/run.sh'))?.[1]);
  });
});

describe('the documentation', () => {
  const docs = read('aps2mqtt/DOCS.md');
  const readme = read('README.md');
  test.each([...flatten(optionsSchema).keys()])('tells what %s does', (option) => {
    const name = option.replace(/^.*\./, '');
    if (NOT_IN_APP.includes(option)) {
      expect(readme).toContain(`\`${name}\``);
    } else {
      expect(docs).toContain(`\n| \`${name}\` | ${flatten(optionsSchema).get(option)?.label} | `);
    }
  });

  test.each(PYTHON_KEYS)('tells what $name is here', ({ name, section, path: option }) => {
    const row =
      readme.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? expect.unreachable(`no ${name}`);
    expect(row).toContain(`\`${option.replace(/^ecu\./, 'ecus[].')}\``);
    expect(row).toMatch(section === null ? /^\| \S+ (?:\(new\) )?\| \|/ : new RegExp(`\\| \`${section}\` \\|`));
  });

  test('has the two commands', () => {
    expect(readme).toContain('\n(cd aps2mqtt && npm ci && npm run demo)\n');
    expect(readme).toContain('\n(cd aps2mqtt && npm ci && npm test)\n');
  });

  test('tells how to get the program, from the address that the app has', () => {
    expect(readme).toContain(`git clone ${config.url} `);
    expect(readme).toContain(`[releases]: ${config.url}/releases\n`);
  });

  test.each(['README.md', 'aps2mqtt/README.md', 'aps2mqtt/DOCS.md'])(
    '%s begins with a start, and nothing to type before it',
    (name) => {
      expect(read(name)).toMatch(/^\d\. Start the app/m);
      expect(read(name)).not.toContain('press the pencil');
    },
  );

  test('opens the page in a container to more than the container itself', () => {
    const [, steps = ''] = /\n## Docker Compose\n([\s\S]*?)```yaml/.exec(readme) ?? [];
    expect(steps).toContain('`ports: ["8080:8080"]`');
    const typed = [...steps.matchAll(/`(APS_HTTP_\w+): (\S+)`/g)].map(([, name = '', value]) => [name, value] as const);
    const { http } = loadOptions(undefined, Object.fromEntries([['APS_ECU_IP', '192.168.1.42'], ...typed])).options;
    expect(http).toMatchObject({ port: 8080, host: '0.0.0.0' });
  });

  test("nothing in the service's repeatable block empties the options", () => {
    const [, repeatable = ''] = /for each update\*\*[\s\S]*?```shell\n([\s\S]*?)```/.exec(readme) ?? [];
    expect(repeatable).toContain('sudo install');
    expect(repeatable).not.toContain('/etc/');
  });

  test('has room for the table of entities', () => {
    expect(docs).toMatch(/^<!-- entities:begin -->$[\s\S]*^<!-- entities:end -->$/m);
  });

  test('every link inside it leads somewhere', () => {
    for (const name of [
      'README.md',
      ...['README.md', 'DOCS.md', 'CHANGELOG.md', 'src/README.md'].map((one) => `aps2mqtt/${one}`),
    ]) {
      const text = read(name);
      const headings = (text.match(/^#+ .*$/gm) ?? []).map(anchor);
      for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
        const [file = '', heading] = target.split('#');
        const inside = file === '' ? headings : (read(path.dirname(name), file).match(/^#+ .*$/gm) ?? []).map(anchor);
        expect(heading === undefined || inside.includes(heading), `${name}: ${target}`).toBe(true);
      }
      for (const [, label] of text.matchAll(/\]\[(\w+)\]/g)) {
        expect(text, name).toMatch(new RegExp(`^\\[${label}\\]: https://`, 'm'));
      }
    }
  });
});

function anchor(heading: string): string {
  const words = heading.replace(/^#+ /, '').toLowerCase();
  return words.replaceAll(/[^\w\s-]/g, '').replaceAll(' ', '-');
}

describe('.github', () => {
  const workflows = ['check.yml', 'build.yml'].map((name) => [name, read('.github/workflows', name)] as const);

  test.each(workflows)('%s pins every action by its commit', (_, text) => {
    const uses = text.match(/uses: .*$/gm) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) {
      expect(line).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v?\d[\d.]*$/);
    }
  });

  test.each(workflows)('%s may read, unless a job says more', (_, text) => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
  });

  test('releases from one version of Node', () => {
    expect(read('.github/workflows/build.yml')).toMatch(/^ +node-version: \d+\.\d+\.\d+$/m);
  });

  test('checks on three versions of Node', () => {
    const { jobs } = readMapping('.github/workflows/check.yml') as { jobs: Readonly<Record<string, Mapping>> };
    expect(jobs.program?.strategy).toMatchObject({ matrix: { node: [20, 22, 24] } });
  });

  test('a bug report has what it takes', () => {
    const { body } = readMapping('.github/ISSUE_TEMPLATE/bug.yml') as { body: readonly Mapping[] };
    expect(body.map(({ id }) => id)).toEqual(expect.arrayContaining(['model', 'firmware', 'log', 'capture']));
    // Whose ECU does not answer can't know these.
    const unknown = body.filter(({ id }) => ['firmware', 'inverters', 'capture'].includes(String(id)));
    expect(unknown.filter(({ validations }) => validations !== undefined)).toEqual([]);
  });

  test.each(['dependabot.yml', 'ISSUE_TEMPLATE/feature.yml'])('%s is YAML', (name) => {
    expect(readMapping('.github', name)).toBeTypeOf('object');
  });
});
