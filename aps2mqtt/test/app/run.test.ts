import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const app = path.resolve(import.meta.dirname, '../..');
const NODE_FLAGS = '--max-semi-space-size=1 --no-opt --no-maglev --no-sparkplug';

/** Alpine's shell is busybox's; the others have to do where that is not installed. */
const shells = [['busybox', 'sh'], ['dash'], ['bash', '--posix']].filter(
  ([name = '', ...args]) => spawnSync(name, [...args, '-c', 'true']).status === 0,
);

describe.each(shells)('run.sh under %s %s', (shell = '', ...shellArgs) => {
  let folder: string;
  let script: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-run-'));
    for (const name of ['bin', 'config']) {
      mkdirSync(path.join(folder, name));
    }
    // The container's folder, moved below ours.
    script = path.join(folder, 'run.sh');
    const source = readFileSync(path.join(app, 'run.sh'), 'utf8');
    writeFileSync(script, source.replaceAll('=/config/', `=${folder}/config/`));
    program(`echo "node $*"; echo "CONFIG_FILE=\${CONFIG_FILE:-}"`);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What stands in the place of node. */
  function program(body: string): void {
    const file = path.join(folder, 'bin/node');
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
  }

  function start(environment: Readonly<Record<string, string>>, args: readonly string[] = [], input = '') {
    const child = spawn(shell, [...shellArgs.filter(Boolean), script, ...args], {
      env: { PATH: `${path.join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin`, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    if (input !== '') {
      child.stdin.write(input);
    }
    child.stdin.end();
    return child;
  }

  async function run(environment: Readonly<Record<string, string>> = {}, args: readonly string[] = [], input = '') {
    const child = start(environment, args, input);
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    expect(errors).toBe('');
    return { lines: output.trimEnd().split('\n'), code };
  }

  const asApp = { SUPERVISOR_TOKEN: 'a-token' };
  const plainStart = [`node ${NODE_FLAGS} /app/aps2mqtt.js`, 'CONFIG_FILE='];
  const mountFile = () => writeFileSync(path.join(folder, 'config/aps2mqtt.yaml'), 'ecus: []\n');

  test.each([
    ['as an app', asApp],
    ['without a Supervisor', {}],
    ['with an empty token', { SUPERVISOR_TOKEN: '' }],
  ])('%s: the program with its memory flags, and not a word more', async (_, environment) => {
    expect(await run(environment)).toEqual({ lines: plainStart, code: 0 });
  });

  test('as an app, a mounted file has no say', async () => {
    mountFile();
    expect((await run(asApp)).lines).toEqual(plainStart);
  });

  test('without a Supervisor: the mounted file, unless another one is named', async () => {
    mountFile();
    expect((await run()).lines).toContain(`CONFIG_FILE=${path.join(folder, 'config/aps2mqtt.yaml')}`);
    expect((await run({ CONFIG_FILE: '/mine.yaml' })).lines).toContain('CONFIG_FILE=/mine.yaml');
  });

  test('a folder that Docker made for a missing file is for the program to tell', async () => {
    const mounted = path.join(folder, 'config/aps2mqtt.yaml');
    mkdirSync(mounted);
    expect((await run()).lines).toContain(`CONFIG_FILE=${mounted}`);
  });

  test('leaves nothing behind', async () => {
    await run(asApp);
    expect(readdirSync(folder).sort()).toEqual(['bin', 'config', 'run.sh']);
  });

  test.each([[[]], [['/run.sh']]])('a command goes to the program as it is, behind %j', async (before) => {
    const command = ['probe', '192.168.1.42', '--json', 'two words'];
    for (const environment of [asApp, {}]) {
      const { lines } = await run(environment, [...before, ...command]);
      expect(lines[0]).toBe(`node ${NODE_FLAGS} /app/aps2mqtt.js ${command.join(' ')}`);
    }
  });

  test('a command hears what is typed', async () => {
    program('cat');
    expect((await run({}, ['simulate'], 'quit\n')).lines).toEqual(['quit']);
  });

  test.each([0, 1, 7, 143])("the program's exit code %i is the container's", async (code) => {
    program(`exit ${code}`);
    expect((await run()).code).toBe(code);
    expect((await run({}, ['probe'])).code).toBe(code);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s reaches the program, which has the time it needs', async (signal) => {
    program('trap "sleep 0.3; echo stopped; exit 0" TERM; echo up; while :; do sleep 0.05; done');
    const child = start({});
    const output = text(child.stdout);
    await once(child.stdout, 'readable');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await output).toBe('up\nstopped\n');
  });

  test('a stop that comes before the program can hear it is no fault', async () => {
    program('echo up; exec sleep 30');
    const child = start({});
    await once(child.stdout, 'readable');
    const errors = text(child.stderr);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await errors).toBe('');
  });

  test('a stop while the program fails tells the failure', async () => {
    program('trap "exit 3" TERM; echo up; while :; do sleep 0.05; done');
    const child = start({});
    await once(child.stdout, 'readable');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([3, null]);
  });
});
