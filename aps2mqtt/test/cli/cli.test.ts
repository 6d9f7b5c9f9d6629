import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { helpFor, runCommand } from '../../src/cli/cli.ts';
import { OptionsError, UsageError } from '../../src/errors.ts';
import { createLogger } from '../../src/logger.ts';
import type { Environment } from '../../src/options/environmentType.ts';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { startSimulator } from '../../src/tools/simulator/server.ts';
import { standardOutput } from '../../src/tools/terminal.ts';
import { hasMosquitto, listen, startBroker, type TlsFiles, tlsFiles } from '../support/broker.ts';
import { capture } from '../support/frames.ts';

const never = new AbortController().signal;

function heardOutput(): () => string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  return () => text;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a command line', () => {
  it.each([
    [['--help'], 'aps2mqtt simulate'],
    [['--version'], 'development'],
    [['probe', '--help'], 'aps2mqtt probe 192.168.1.42'],
    [['capture', '--help'], 'aps2mqtt capture 192.168.1.42'],
    [['simulate', '--help'], 'aps2mqtt simulate --inverters'],
    [['simulate', 'what', '--help'], 'aps2mqtt simulate --inverters'],
    [['help'], 'aps2mqtt simulate'],
    [['version'], 'development'],
    [['help', 'probe'], 'aps2mqtt probe 192.168.1.42'],
    [['help', 'capture'], 'aps2mqtt capture 192.168.1.42'],
    [['help', 'simulate'], 'aps2mqtt simulate --inverters'],
    [['help', 'scan'], 'aps2mqtt scan: finds the ECUs'],
    [['find', '--help'], 'aps2mqtt probe --scan'],
    [['--help'], 'aps2mqtt scan'],
  ])('%j', async (args, words) => {
    const output = heardOutput();
    expect(await runCommand(args, {}, never)).toBe(0);
    expect(output()).toContain(words);
  });

  it.each([[['--help']], [['probe', '--help']], [['capture', '--help']], [['simulate', '--help']]])(
    '%j says what to type for aps2mqtt',
    async (args) => {
      const output = heardOutput();
      await runCommand(args, {}, never);
      expect(output()).toContain('\naps2mqtt stands for: node aps2mqtt.js (in Docker: the name of the image)\n');
    },
  );

  it.each([
    [['192.168.1.42'], 'node a.js probe 192.168.1.42'],
    [['options.yaml'], 'node a.js -c options.yaml'],
    [['-D', 'probe'], 'probe has to be the first word: node a.js probe'],
    [['probe'], 'such as: node a.js probe 192.168.1.42'],
    [['capture'], 'such as: node a.js capture 192.168.1.42'],
    [['probe', '10.0.0.0/24'], 'node a.js scan 10.0.0.0/24'],
    [['scan', '10.0.0.0/8'], '10.0.0.0/8'],
    [['find', 'here'], 'here'],
    [['help', 'publish'], 'publish is no command'],
  ])('%j is answered with what can be typed', async (args, words) => {
    await expect(runCommand(args, {}, never, 'node a.js')).rejects.toThrow(words);
  });

  it.each([
    [['prob'], 'Did you mean probe?'],
    [['publish'], 'There are scan, probe, capture, export, simulate and dashboard'],
    [['options.yaml'], 'aps2mqtt -c options.yaml'],
    [['192.168.1.42'], 'aps2mqtt probe 192.168.1.42'],
    [['--debug', 'probe', '192.168.1.42'], 'probe has to be the first word'],
    [['--confg', 'x'], 'There is no option --confg. Did you mean --config?'],
    [['capture', 'a', '--ouput', 'x'], 'There is no option --ouput. Did you mean --out?'],
    [['probe'], 'probe wants one address'],
  ])('%j is wrong usage', async (args, words) => {
    const run = runCommand(args, {}, never);
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(words);
  });

  it('knows which help goes with it', () => {
    const helps = ['probe', 'prob', undefined].map((command) => helpFor(command, 'node a.js'));
    expect(helps).toEqual(['node a.js probe --help', 'node a.js --help', 'node a.js --help']);
  });

  it('without options is refused', async () => {
    await expect(runCommand([], {}, never)).rejects.toThrow(OptionsError);
  });

  it('runs until it is told to stop', () => liveBriefly());

  it.skipIf(!hasMosquitto)("takes the system's certificates from where SSL_CERT_FILE says", async () => {
    const tls = tlsFiles();
    await liveBriefly(tls, { MQTT_BROKER_SECURED_CONNECTION: 'true', SSL_CERT_FILE: tls.ca });
  });

  /** The bridge, from its first values to its last word. */
  async function liveBriefly(tls?: TlsFiles, more: Environment = {}): Promise<void> {
    const ecu = await startSimulator({ source: replaySource([capture('ecurpro-2.0.7A-ds3x8-day-k110')]) });
    const broker = await startBroker(tls && { tls });
    const ear = await listen(broker.port, tls && { protocol: 'mqtts', ca: readFileSync(tls.ca) });
    const stop = new AbortController();
    const environment = {
      APS_ECU_IP: '127.0.0.1',
      APS_ECU_PORT: String(ecu.port),
      APS_ECU_AUTO_RESTART: 'true',
      MQTT_BROKER_HOST: '127.0.0.1',
      MQTT_BROKER_PORT: String(broker.port),
      APS_LOG_LEVEL: 'fatal',
      ...more,
    };
    const running = runCommand([], environment, stop.signal);
    await ear.hears('aps/216227822010/704308268745');
    stop.abort(new Error('stop'));
    expect(await running).toBe(0);
    await ear.hears('aps/status', (payload) => payload === 'offline');
    await Promise.all([ear.close(), ecu.stop()]);
    await broker.stop();
  }
});

describe('what is written', () => {
  it.each(['text', 'json'] as const)('a log of %s at a level', (format) => {
    expect(createLogger('warn', format, true).level).toBe('warn');
  });

  it('goes to standard output, and progress to people only', () => {
    const output = heardOutput();
    const shown = standardOutput({});
    shown.write('a line\n');
    shown.progress('half way');
    expect(output()).toBe('a line\n');
  });

  it('goes to standard error where it must not end up in a file', () => {
    const output = heardOutput();
    const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    standardOutput({}).warn('a line\n');
    expect(errors).toHaveBeenCalledWith('a line\n');
    expect(output()).toBe('');
  });

  it.each<[Environment, boolean]>([
    [{}, true],
    [{ NO_COLOR: '' }, true],
    [{ NO_COLOR: '1' }, false],
  ])('has colours on a terminal, unless %j', (environment, isColoured) => {
    const { isTTY } = process.stdout;
    process.stdout.isTTY = true;
    expect(standardOutput(environment).isColoured).toBe(isColoured);
    process.stdout.isTTY = isTTY;
    expect(standardOutput({}).isColoured).toBe(isTTY === true);
  });
});
