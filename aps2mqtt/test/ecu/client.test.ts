import { describe, expect, it } from 'vitest';
import { ecuClient } from '../../src/ecu/client.ts';
import type { EcuTransport } from '../../src/ecu/transport.ts';
import { EcuError, EcuSilentError, MalformedReplyError, NoInvertersError } from '../../src/errors.ts';
import { capturedReply } from '../../src/tools/captureFile.ts';
import { capture } from '../support/frames.ts';
import { recordingLog } from '../support/logs.ts';

const day = capture('ecurpro-2.0.7A-ds3x8-day-k110');
const never = new AbortController().signal;
const instant = { now: () => new Date(), sleep: async () => {} };

/** Answers from a capture, after the troubles that are lined up for a command. */
function scripted(troubles: Readonly<Record<string, (Error | Buffer)[]>> = {}) {
  const asked: string[] = [];
  const transport: EcuTransport = {
    async exchange(request) {
      const command = request.toString('latin1', 9, 13);
      asked.push(command);
      const trouble = troubles[command]?.shift();
      if (trouble instanceof Error) {
        throw trouble;
      }
      return trouble ?? capturedReply(day, command) ?? Buffer.alloc(0);
    },
  };
  return { transport, asked };
}

const silent = () => new EcuSilentError('silent', true);
const refused = () => new EcuSilentError('connection refused', false);
const noData = Buffer.from('APS110015000202\n');
const wrongEcu = Buffer.from('APS110015000201\n');

const client = (transport: EcuTransport) => ecuClient(transport, instant, recordingLog().log);
const ECU = '216227822010';
const OTHER = '216200000001';

describe('a poll', () => {
  it('asks for the inverters by the known id, then for the totals, and nothing else', async () => {
    const { transport, asked } = scripted();
    const reading = await client(transport).read(ECU, never);
    expect(asked).toEqual(['0002', '0001']);
    expect(reading).toMatchObject({ ecuId: ECU, summary: { ecuId: ECU }, inverters: { kind: 'data' }, problem: null });
  });

  it('asks who it is first, where nobody knows', async () => {
    const { transport, asked } = scripted();
    expect(await client(transport).read(null, never)).toMatchObject({ ecuId: ECU, problem: null });
    expect(asked).toEqual(['0001', '0002']);
  });

  it('asks who it is when the ECU says that the id is not its own', async () => {
    const { transport, asked } = scripted({ '0002': [wrongEcu] });
    const reading = await client(transport).read(OTHER, never);
    expect(asked).toEqual(['0002', '0001', '0002']);
    expect(reading).toMatchObject({ ecuId: ECU, inverters: { kind: 'data' }, problem: null });
  });

  it('asks for the inverters once more when they were of another ECU than it turns out', async () => {
    const { transport, asked } = scripted();
    const reading = await client(transport).read(OTHER, never);
    expect(asked).toEqual(['0002', '0001', '0002']);
    expect(reading.ecuId).toBe(ECU);
  });

  it.each(['0001', '0002'])('asks %s once more after a failure', async (command) => {
    const { transport, asked } = scripted({ [command]: [silent()] });
    const reading = await client(transport).read(ECU, never);
    expect(asked.filter((one) => one === command)).toHaveLength(2);
    expect(reading.problem).toBeNull();
  });

  it.each(['0001', '0002'])('has the other half when %s cannot be read', async (command) => {
    const { transport } = scripted({ [command]: [silent(), Buffer.from('APS1199')] });
    const { summary, inverters, problem, ecuId } = await client(transport).read(ECU, never);
    expect(ecuId).toBe(ECU);
    expect([summary === null, inverters === null]).toEqual([command === '0001', command === '0002']);
    expect(problem).toBeInstanceOf(MalformedReplyError);
  });

  it('has the totals of an ECU that is silent about its inverters, and says so', async () => {
    const { transport, asked } = scripted({ '0002': [silent(), silent()] });
    const { summary, problem } = await client(transport).read(ECU, never);
    expect(summary?.ecuId).toBe(ECU);
    expect(problem).toBeInstanceOf(NoInvertersError);
    expect(asked).toEqual(['0002', '0002', '0001']);
  });

  it('asks nothing more where nobody takes the connection', async () => {
    const { transport, asked } = scripted({ '0002': [refused(), refused()] });
    await expect(client(transport).read(ECU, never)).rejects.toThrow(EcuSilentError);
    expect(asked).toEqual(['0002', '0002']);
  });

  it('asks a silent one for its totals once, and fails', async () => {
    const { transport, asked } = scripted({ '0002': [silent(), silent()], '0001': [silent()] });
    await expect(client(transport).read(ECU, never)).rejects.toThrow(EcuSilentError);
    expect(asked).toEqual(['0002', '0002', '0001']);
  });

  it('counts bytes as an answer, whichever try brought them', async () => {
    const summary = scripted({ '0001': [Buffer.from('APS1199'), silent()] });
    await expect(client(summary.transport).read(null, never)).rejects.toThrow(MalformedReplyError);
    const inverters = scripted({ '0002': [Buffer.from('APS1199'), silent()], '0001': [silent(), silent()] });
    await expect(client(inverters.transport).read(ECU, never)).rejects.toThrow(MalformedReplyError);
  });

  it('leaves the bytes of a bad reply at debug', async () => {
    const { log, texts } = recordingLog();
    const { transport } = scripted({ '0001': [Buffer.from('APSnonsense')] });
    await ecuClient(transport, instant, log).read(ECU, never);
    expect(texts('debug').join('\n')).toContain('received: 4150536e6f6e73656e7365');
  });

  it.each(['0001', '0002'])('passes a fault of our own in %s on as it is, without a second try', async (command) => {
    const fault = new TypeError('a bug');
    const { transport, asked } = scripted({ [command]: [fault] });
    const poll = client(transport).read(ECU, never);
    await expect(poll).rejects.toBe(fault);
    await expect(poll).rejects.not.toBeInstanceOf(EcuError);
    expect(asked.filter((one) => one === command)).toHaveLength(1);
  });
});

describe('the signal', () => {
  it('is read by inverter', async () => {
    const { transport, asked } = scripted();
    expect((await client(transport).readSignal(ECU, never))?.get('704638135435')).toBe(216);
    expect(asked).toEqual(['0030']);
  });

  it('is asked for once more after a failure, and then done without', async () => {
    const once = scripted({ '0030': [silent()] });
    expect((await client(once.transport).readSignal(ECU, never))?.size).toBe(8);
    const twice = scripted({ '0030': [silent(), silent()] });
    expect(await client(twice.transport).readSignal(ECU, never)).toBeNull();
    expect(twice.asked).toEqual(['0030', '0030']);
  });

  it('is asked for once, and then about once an hour, where it is never answered', async () => {
    const { transport, asked } = scripted({ '0030': Array.from({ length: 100 }, silent) });
    const one = client(transport);
    const queries: number[] = [];
    for (let poll = 0; poll < 28; poll++) {
      const before = asked.length;
      await one.readSignal(ECU, never);
      queries.push(asked.length - before);
    }
    expect(queries.slice(0, 4)).toEqual([2, 1, 1, 0]);
    expect(queries.flatMap((count, poll) => (poll > 2 && count > 0 ? [poll] : []))).toEqual([12, 24]);
    expect(Math.max(...queries.slice(1))).toBe(1);
  });

  it('is asked for as ever when it is answered again', async () => {
    const { transport, asked } = scripted({ '0030': Array.from({ length: 5 }, silent) });
    const one = client(transport);
    for (let poll = 0; poll < 25; poll++) {
      await one.readSignal(ECU, never);
    }
    const before = asked.length;
    expect((await one.readSignal(ECU, never))?.size).toBe(8);
    expect((await one.readSignal(ECU, never))?.size).toBe(8);
    expect(asked.slice(before)).toEqual(['0030', '0030']);
  });

  it('passes a fault of our own on as it is', async () => {
    const fault = new TypeError('a bug');
    const { transport } = scripted({ '0030': [fault] });
    await expect(client(transport).readSignal(ECU, never)).rejects.toBe(fault);
  });
});

describe('all there is', () => {
  it('is asked for one after the other', async () => {
    const { transport, asked } = scripted();
    const reading = await client(transport).readAll(never);
    expect(asked).toEqual(['0001', '0002', '0030']);
    expect(reading.inverters.kind === 'data' && reading.inverters.records.length).toBe(8);
    expect(reading.signal?.size).toBe(8);
  });

  it.each(['0001', '0002'])('fails when %s fails twice', async (command) => {
    const { transport, asked } = scripted({ [command]: [silent(), Buffer.from('APS1199')] });
    await expect(client(transport).readAll(never)).rejects.toThrow(MalformedReplyError);
    expect(asked).not.toContain('0030');
  });

  it('is not silent when the summary alone came', async () => {
    const { transport } = scripted({ '0002': [silent(), silent()] });
    await expect(client(transport).readAll(never)).rejects.toThrow(NoInvertersError);
  });

  it('is no signal while there is no data', async () => {
    const { transport, asked } = scripted({ '0002': [noData] });
    const reading = await client(transport).readAll(never);
    expect(reading).toMatchObject({ inverters: { kind: 'noData' }, signal: null });
    expect(asked).toEqual(['0001', '0002']);
  });
});
