import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { UsageError } from '../../src/errors.ts';
import type { Home } from '../../src/finding/networks.ts';
import { captureCommand } from '../../src/tools/capture.ts';
import { readCapture } from '../../src/tools/captureFile.ts';
import { probeCommand } from '../../src/tools/probe.ts';
import type { EcuKind } from '../../src/tools/simulator/description.ts';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { progressBar } from '../../src/tools/terminal.ts';
import { freePort } from '../support/broker.ts';
import { capture } from '../support/frames.ts';

const never = new AbortController().signal;
const FAST = { idle: 200, total: 600 };
const noon = new Date('2026-06-21T11:00:00Z');

const simulators: Simulator[] = [];
afterEach(() => Promise.all(simulators.splice(0).map((simulator) => simulator.stop())));

async function replaying(name: string, host = '127.0.0.1', port = 0): Promise<Simulator> {
  const simulator = await startSimulator({ source: replaySource([capture(name)]), host, port });
  simulators.push(simulator);
  return simulator;
}

/** The cards of the home, from now on. */
let home: Home = { adapters: [], neighbours: [] };

/** @param at what time it is */
async function runAt(at: Date | null, command: typeof probeCommand, ...args: string[]) {
  let text = '';
  let warnings = '';
  let progress = '';
  const output = {
    write: (more: string) => {
      text += more;
    },
    warn: (more: string) => {
      warnings += more;
    },
    progress: (more: string) => {
      progress += `${more}\n`;
    },
    isColoured: false,
  };
  const clock = { ...systemClock, now: () => at ?? new Date() };
  const code = await command(args, { TZ: 'Europe/Amsterdam' }, never, {
    output,
    clock,
    timeouts: FAST,
    home: async () => home,
    program: 'aps2mqtt',
  });
  return { code, text, warnings, progress };
}

const run = (command: typeof probeCommand, ...args: string[]) => runAt(null, command, ...args);
const runCapture = (...args: string[]) =>
  run((words, _environment, signal, world) => captureCommand(words, signal, world), ...args);

describe('probe', () => {
  it('prints what a captured ECU says', async () => {
    const { port } = await replaying('ecurpro-2.0.7A-ds3x8-day-k110');
    const soonAfter = new Date('2022-09-20T12:02:00Z');
    const { code, text } = await runAt(soonAfter, probeCommand, '127.0.0.1', '--port', String(port));
    expect(code).toBe(0);
    expect(text).toMatchInlineSnapshot(`
      "ECU-R-Pro 216227822010, firmware ECU_R_PRO_2.0.7A
      now 227 W, today 3.34 kWh, lifetime 92.6 kWh
      4 of 8 inverters online, last values 14:01, 45 seconds ago
      its time zone Europe/Amsterdam, last upload to the vendor's cloud 14:01, 7 seconds ago

      inverter      family  state    signal  temp.   grid  freq.  power  panels
      704638135435  DS3     online     84 %  32 °C  222 V  50 Hz   55 W  28 27
      704522848775  DS3     online     89 %  33 °C  223 V  50 Hz   58 W  30 28
      704218485195  DS3     online     88 %  33 °C  224 V  50 Hz   59 W  30 29
      704325539926  DS3     online     80 %  33 °C  222 V  50 Hz   55 W  27 28
      704777665421  DS3     offline     0 %      -      -      -    0 W  0 0
      704938011163  DS3     offline     0 %      -      -      -    0 W  0 0
      704012604208  DS3     offline     0 %      -      -      -    0 W  0 0
      704308268745  DS3     offline     0 %      -      -      -    0 W  0 0

      Note: Not heard since the ECU started: 704777665421, 704938011163, 704012604208, 704308268745. By day this may take ten minutes; after that, look at their power and their distance.
      "
    `);
  });

  it.each<EcuKind>(['ecu-r', 'ecu-r-pro', 'ecu-b', 'ecu-c'])('reads an %s', async (ecu) => {
    const families = ['yc600', 'ds3', 'ds3-h', 'yc1000', 'qt2', 'qs1', 'qs1a'] as const;
    const source = simulatedSite({ ecu, inverters: families.map((family) => ({ family })) }, { now: () => noon });
    const simulator = await startSimulator({ source });
    simulators.push(simulator);
    const { code, text } = await run(probeCommand, '127.0.0.1', '--port', String(simulator.port), '--json');
    expect(code).toBe(0);
    const { summary, records } = source.state();
    expect(JSON.parse(text)).toMatchObject({
      ecuId: summary.ecuId,
      currentPower: summary.currentPower,
      inverters: records.map(({ id, measurement }) => ({ id, powers: measurement?.powers })),
      lastUpload: summary.lastUpload,
      timeZone: summary.timeZone,
      notes: [expect.stringContaining('One of the two clocks is wrong')],
    });
  });

  it.each<[string, string, Parameters<Simulator['misbehave']>[0]]>([
    ['no answer', 'takes the connection on port PORT, but gives no answer', { kind: 'silent' }],
    ['another device', 'not as an ECU does', { kind: 'garbage', bytes: Buffer.from('SSH-2.0') }],
    ['a web server', 'A web server answers', { kind: 'garbage', bytes: Buffer.from('HTTP/1.1 400') }],
  ])('explains %s', async (_, words, fault) => {
    const simulator = await replaying('ecur-1.3.6C-qt2x6-k185');
    simulator.misbehave(fault, { times: 2 });
    const { code, text } = await run(probeCommand, '127.0.0.1', '--port', String(simulator.port));
    expect(code).toBe(1);
    expect(text).toContain(words.replace('PORT', String(simulator.port)));
  });

  it('explains a closed port: which cable for which model', async () => {
    const { code, text } = await run(probeCommand, '127.0.76.1');
    expect(code).toBe(1);
    expect(text).toMatch(/serves nothing on port 8899[\s\S]*ECU-R \(id 2160…\) and an ECU-B[\s\S]*ECU-3/);
  });

  it('explains that another port is none of an ECU', async () => {
    const { text } = await run(probeCommand, `127.0.0.1:${await freePort()}`);
    expect(text).toContain('Every ECU uses port 8899: leave the port out');
  });

  it('says which ECU it is, when only its inverters cannot be read', async () => {
    const simulator = await replaying('ecurpro-2.0.7A-ds3x8-day-k110');
    simulator.misbehave({ kind: 'cut', at: 40 }, { command: '0002', times: 2 });
    const cut = await run(probeCommand, `127.0.0.1:${simulator.port}`);
    expect(cut.code).toBe(1);
    expect(cut.text).toContain('ECU-R-Pro 216227822010 answers, but what it says of its inverters is garbled');
    expect(cut.text).toContain(`aps2mqtt capture 127.0.0.1:${simulator.port}`);
    simulator.misbehave({ kind: 'silent' }, { command: '0002', times: 2 });
    expect((await run(probeCommand, `127.0.0.1:${simulator.port}`)).text).toContain('An ECU serves one at a time');
  });

  it('explains a name that nobody has, in JSON too', async () => {
    const { code, text } = await run(probeCommand, 'ecu.invalid', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(text)).toMatchObject({ host: 'ecu.invalid', advice: [expect.any(String)] });
  });

  it.each([
    [[], 'probe wants one address'],
    [['a', 'b'], 'probe wants one address'],
    [['a', '--port', '99999'], 'a port is a number from 1 to 65535'],
    [['a', '--jsno'], 'There is no option --jsno. Did you mean --json?'],
    [['192.168.1.42', '--scan', '192.168.1.0/24'], '192.168.1.42 and --scan 192.168.1.0/24: one ECU, or a network?'],
    [['192.168.1.0/24'], 'To find its ECUs: aps2mqtt scan 192.168.1.0/24'],
    [['--scan', '192.168.7.42'], 'it looks like 192.168.7.0/24'],
    [['--scan', '192.168.1.0'], 'is no network'],
    [['--scan', '10.0.0.0/8'], 'at most 1024'],
    [['--scan', '8.8.8.0/24'], '8.8.8.0/24 is no private network'],
    [['--scan', '300.0.0.0/24'], 'is no network'],
  ])('%j is wrong usage', async (args, words) => {
    const asked = run(probeCommand, ...args);
    await expect(asked).rejects.toThrow(UsageError);
    await expect(asked).rejects.toThrow(words);
  });
});

describe('probe --scan', () => {
  it('finds the ECUs of a network, and asks only where the port is open', async () => {
    const first = await replaying('ecurpro-2.0.7A-ds3x8-day-k110', '127.0.77.2');
    const second = await replaying('ecur-1.3.6C-qt2x6-k185', '127.0.77.5', first.port);
    // In the order of the addresses, not of the answers.
    first.misbehave({ kind: 'delay', ms: 100 });
    const args = ['--scan', '127.0.77.0/29', '--port', String(first.port)];
    const { code, text, progress } = await run(probeCommand, ...args);
    expect(code).toBe(0);
    expect(text).toBe('127.0.77.2: ECU-R-Pro 216227822010, 8 inverters\n127.0.77.5: ECU-R 216009281801, 6 inverters\n');
    expect(progress).toContain('6/6');
    expect(second.requests.map(({ command }) => command)).toEqual(['0001']);
    const { text: json } = await run(probeCommand, ...args, '--json');
    expect(JSON.parse(json)).toMatchObject([
      { host: '127.0.77.2', ecu: { ecuId: '216227822010', model: 'ECU-R-Pro', invertersRegistered: 8 } },
      { host: '127.0.77.5', ecu: { ecuId: '216009281801' } },
    ]);
  });

  it('says what to do when there is none', async () => {
    const { code, text } = await run(probeCommand, '--scan', '127.0.78.0/30', '--port', String(await freePort()));
    expect(code).toBe(1);
    expect(text).toMatch(/^No ECU among 2 addresses .*\nIs the ECU in this network\?\nAn ECU-R/);
  });

  it('says first where this computer is, for who named another network', async () => {
    home = { adapters: [{ name: 'eth0', address: '192.168.178.20', prefix: 24 }], neighbours: [] };
    const { text } = await run(probeCommand, '--scan', '127.0.78.0/30', '--port', String(await freePort()));
    expect(text).toContain('\nIs the ECU in this network? This computer is at 192.168.178.20.\n');
  });

  it('tells of a device that is none', async () => {
    const odd = await replaying('ecurpro-2.0.7A-ds3x8-day-k110', '127.0.79.1');
    odd.misbehave({ kind: 'garbage', bytes: Buffer.from('SSH-2.0') }, { times: Number.POSITIVE_INFINITY });
    const { code, text } = await run(probeCommand, '--scan', '127.0.79.1/32', '--port', String(odd.port));
    expect(code).toBe(1);
    expect(text).toContain(`127.0.79.1: port ${odd.port} is open, but: expected "APS"`);
  });

  it('looks where the program would, when no network is told', async () => {
    const { port } = await replaying('ecurpro-2.0.7A-ds3x8-day-k110', '127.0.77.18');
    home = { adapters: [{ name: 'eth0', address: '127.0.77.17', prefix: 28 }], neighbours: [] };
    const typed = ['--port', String(port)];
    const { code, text, progress } = await run(probeCommand, '--scan', ...typed);
    expect({ code, text }).toEqual({ code: 0, text: '127.0.77.18: ECU-R-Pro 216227822010, 8 inverters\n' });
    expect(progress).toContain('13/13 127.0.77.16/28');
    expect((await run(probeCommand, ...typed, '--scan')).code).toBe(0);
    const other = await run(probeCommand, '--scan', ...typed, '127.0.77.32/29');
    expect(other.text).toContain('No ECU among 6 addresses of 127.0.77.32/29');
    home = { adapters: [{ name: 'eth0', address: '8.8.8.8', prefix: 24 }], neighbours: [] };
    await expect(run(probeCommand, '--scan')).rejects.toThrow('no private network to look in');
  });

  it('shows how far it is', () => {
    expect(progressBar(1, 2)).toBe(`[${'#'.repeat(15)}${'.'.repeat(15)}] 1/2`);
  });
});

describe('capture', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-capture-'));

  it('writes a file that the tests could read, without a serial number in it', async () => {
    const { port } = await replaying('ecurpro-2.0.7A-ds3x8-day-k110');
    const file = path.join(folder, 'one.json');
    const { code, text } = await runCapture('127.0.0.1', '--port', String(port), '--out', file, '--note', 'why');
    expect(code).toBe(0);
    expect(text).toBe(
      `Written to ${file}: serial numbers and network addresses are masked. Attach it to your report.\n`,
    );
    expect(readCapture(file)).toMatchObject({ model: 'ECU-R-Pro (2162) fw ECU_R_PRO_2.0.7A', note: 'why' });
    expect(Object.keys(readCapture(file).replies)).toEqual(['0001', '0002', '0030']);
    expect(readFileSync(file, 'utf8')).not.toMatch(/27822010|704638135435/);
  });

  it('writes down a reply that cannot be read, too', async () => {
    const simulator = await replaying('ecurpro-2.0.7A-ds3x8-day-k110');
    simulator.misbehave({ kind: 'cut', at: 60 }, { command: '0002', times: 2 });
    const { code, text, warnings } = await runCapture('127.0.0.1', '--port', String(simulator.port), '--out', '-');
    expect(code).toBe(0);
    expect(warnings).toContain('Not everything could be read, which stands in the file, too: expected the rest');
    const written = JSON.parse(text) as { note: string; replies: Record<string, string> };
    expect(written.note).toContain('expected the rest of the reply at offset 60');
    expect(written.replies['0002']).toHaveLength(120);
    expect(text).not.toContain('704638135435');
  });

  it('says that not everything could be read, and spoils no file', async () => {
    const simulator = await replaying('ecurpro-2.0.7A-ds3x8-day-k110');
    simulator.misbehave({ kind: 'cut', at: 60 }, { command: '0002', times: 2 });
    const args = [`127.0.0.1:${simulator.port}`, '--out', path.join(folder, 'two.json')];
    const { warnings } = await runCapture(...args);
    expect(warnings).toContain('Not everything could be read, which stands in the file, too: expected the rest');
    await expect(runCapture(...args)).rejects.toThrow('two.json is there already: name another file with');
  });

  it('has nothing to write when nothing answers', async () => {
    const args = ['127.0.0.1', '--port', String(await freePort()), '--out', '-'];
    const { code, text, warnings } = await runCapture(...args);
    expect(code).toBe(1);
    expect(text).toBe('');
    expect(warnings).toMatch(/Try aps2mqtt probe 127\.0\.0\.1:\d+, which says/);
  });

  it('wants one address', async () => {
    await expect(runCapture()).rejects.toThrow('capture wants one address');
    await expect(runCapture('a', '--uot', 'x')).rejects.toThrow(UsageError);
    expect((await runCapture('--help')).text).toContain('aps2mqtt capture 192.168.1.42');
    expect((await run(probeCommand, '--help')).text).toContain('aps2mqtt probe 192.168.1.42');
  });
});
