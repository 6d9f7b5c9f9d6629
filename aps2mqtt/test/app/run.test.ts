import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const app = path.resolve(import.meta.dirname, '../..');
const NODE_FLAGS = '--max-semi-space-size=1 --no-opt --no-maglev';
const START_LINE = 'The container is up, starting the program';

/** A checkout of bashio 0.17.5, the base image's. */
const checkout = process.env.BASHIO_DIR;
const libraries: [name: string, file: string][] = [
  ['a stand-in for bashio', path.join(app, 'test/support/bashio-stand-in.sh')],
  ...(checkout === undefined ? [] : [['the real bashio', path.join(checkout, 'lib/bashio')] as [string, string]]),
];

describe.each(libraries)('run.sh under %s', (_, bashio) => {
  let folder: string;
  let script: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-run-'));
    for (const name of ['bin', 'config', 'data']) {
      mkdirSync(path.join(folder, name));
    }
    // The container's two folders, moved below ours.
    script = path.join(folder, 'run.sh');
    const source = readFileSync(path.join(app, 'run.sh'), 'utf8');
    writeFileSync(script, source.replaceAll(/(?<=[=-])\/(?=config\/|data\/)/g, `${folder}/`));
    program(`echo "node $*"; echo "CONFIG_FILE=\${CONFIG_FILE:-}"`);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What stands in the place of node. */
  function program(body: string): void {
    const file = path.join(folder, 'bin/node');
    writeFileSync(file, `#!/bin/bash\n${body}\n`);
    chmodSync(file, 0o755);
  }

  function start(environment: Readonly<Record<string, string>>, args: readonly string[] = []) {
    const bin = `${path.join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin`;
    const quiet = { SUPERVISOR_API: 'http://127.0.0.1:9', CACHE_DIR: path.join(folder, 'cache'), LOG_LEVEL: '5' };
    return spawn('bash', [bashio, script, ...args], {
      env: { PATH: bin, ...quiet, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  async function run(environment: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
    const child = start(environment, args);
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    return { lines: output.trimEnd().split('\n'), code };
  }

  const asApp = { SUPERVISOR_TOKEN: 'a-token' };
  const options = (content: string) => writeFileSync(path.join(folder, 'data/options.json'), content);
  const plainStart = [`node ${NODE_FLAGS} /app/aps2mqtt.js`, 'CONFIG_FILE='];

  test('as an app: one line, then the program with its memory flags', async () => {
    options('{"ecus": [{"host": "192.168.1.42"}], "mqtt": {"password": "made-up-secret"}}');
    const { lines, code } = await run(asApp);
    expect(lines).toEqual([expect.stringContaining(START_LINE), ...plainStart]);
    expect(code).toBe(0);
  });

  test.each(['warning', 'error', 'fatal', 'notice'])('log level %s silences the line', async (level) => {
    options(`{"log_level": "${level}"}`);
    expect((await run(asApp)).lines).toEqual(plainStart);
  });

  test.each(['trace', 'debug', 'info'])('log level %s shows it', async (level) => {
    options(`{"log_level": "${level}"}`);
    expect((await run(asApp)).lines).toContainEqual(expect.stringContaining(START_LINE));
  });

  test.each([
    ['none', null],
    ['broken', '{"ecus": ['],
    ['empty', ''],
    ['wrong', '{"log_level": "loud"}'],
    ['empty level in', '{"log_level": ""}'],
  ])('%s options are for the program to tell', async (_, content) => {
    if (content !== null) {
      options(content);
    }
    expect((await run(asApp)).lines).toEqual([expect.stringContaining(START_LINE), ...plainStart]);
  });

  test('options from elsewhere', async () => {
    const elsewhere = path.join(folder, 'elsewhere.json');
    writeFileSync(elsewhere, '{"log_level": "error"}');
    expect((await run({ ...asApp, APS_OPTIONS_FILE: elsewhere })).lines).toEqual(plainStart);
  });

  test('as an app, a mounted file has no say', async () => {
    options('{}');
    writeFileSync(path.join(folder, 'config/aps2mqtt.yaml'), 'ecus: []\n');
    expect((await run(asApp)).lines).toContain('CONFIG_FILE=');
  });

  test('leaves nothing behind: no answer of the Supervisor, no password', async () => {
    options('{"mqtt": {"password": "made-up-secret"}}');
    await run(asApp);
    expect(readdirSync(folder).sort()).toEqual(['bin', 'config', 'data', 'run.sh']);
  });

  test('without a Supervisor: the program and not a word more', async () => {
    expect((await run()).lines).toEqual(plainStart);
    expect((await run({ SUPERVISOR_TOKEN: '' })).lines).toEqual(plainStart);
  });

  test('without a Supervisor: the mounted file, unless another one is named', async () => {
    const mounted = path.join(folder, 'config/aps2mqtt.yaml');
    writeFileSync(mounted, 'ecus: []\n');
    expect((await run()).lines).toContain(`CONFIG_FILE=${mounted}`);
    expect((await run({ CONFIG_FILE: '/mine.yaml' })).lines).toContain('CONFIG_FILE=/mine.yaml');
  });

  test('a command goes to the program as it is, and its output stays clean', async () => {
    options('{}');
    const command = ['probe', '192.168.1.42', '--json', 'two words'];
    for (const environment of [asApp, {}]) {
      const { lines } = await run(environment, command);
      expect(lines[0]).toBe(`node ${NODE_FLAGS} /app/aps2mqtt.js ${command.join(' ')}`);
    }
  });

  test("the program's exit code is run.sh's", async () => {
    program('exit 7');
    expect((await run()).code).toBe(7);
  });

  test('the program takes the place of the shell, so that signals reach it', async () => {
    program('trap "echo got SIGTERM; exit 0" TERM; echo "pid $$"; while :; do sleep 0.05; done');
    const child = start({});
    const output = text(child.stdout);
    await once(child.stdout, 'readable');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await output).toBe(`pid ${child.pid}\ngot SIGTERM\n`);
  });
});
