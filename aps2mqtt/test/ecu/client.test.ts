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
const noData = Buffer.from('APS110015000202\n');

describe('a poll', () => {
  it('asks for summary, inverters and signal, nothing else', async () => {
    const { transport, asked } = scripted();
    const reading = await ecuClient(transport, instant, recordingLog().log).poll(never);
    expect(asked).toEqual(['0001', '0002', '0030']);
    expect(reading.summary.ecuId).toBe('216227822010');
    expect(reading.inverters.kind === 'data' && reading.inverters.records.length).toBe(8);
    expect(reading.signal?.get('704638135435')).toBe(216);
  });

  it.each(['0001', '0002', '0030'])('asks %s once more after a failure', async (command) => {
    const { transport, asked } = scripted({ [command]: [silent()] });
    const reading = await ecuClient(transport, instant, recordingLog().log).poll(never);
    expect(asked.filter((one) => one === command)).toHaveLength(2);
    expect(reading.signal?.size).toBe(8);
  });

  it.each(['0001', '0002'])('fails when %s fails twice', async (command) => {
    const { transport, asked } = scripted({ [command]: [silent(), Buffer.from('APS1199')] });
    await expect(ecuClient(transport, instant, recordingLog().log).poll(never)).rejects.toThrow(MalformedReplyError);
    expect(asked).not.toContain('0030');
  });

  it('counts bytes as an answer, whichever try brought them', async () => {
    const { transport } = scripted({ '0001': [Buffer.from('APS1199'), silent()] });
    await expect(ecuClient(transport, instant, recordingLog().log).poll(never)).rejects.toThrow(MalformedReplyError);
  });

  it('is not silent when the summary alone came', async () => {
    const { transport } = scripted({ '0002': [silent(), silent()] });
    const failure = ecuClient(transport, instant, recordingLog().log).poll(never);
    await expect(failure).rejects.toThrow(NoInvertersError);
    await expect(failure).rejects.not.toThrow(EcuSilentError);
  });

  it('asks once, and then about once an hour, for a signal that is never answered', async () => {
    const { transport, asked } = scripted({ '0030': Array.from({ length: 100 }, silent) });
    const client = ecuClient(transport, instant, recordingLog().log);
    const queries: number[] = [];
    for (let poll = 0; poll < 28; poll++) {
      const before = asked.length;
      await client.poll(never);
      queries.push(asked.length - before - 2);
    }
    expect(queries.slice(0, 4)).toEqual([2, 1, 1, 0]);
    expect(queries.flatMap((count, poll) => (poll > 2 && count > 0 ? [poll] : []))).toEqual([12, 24]);
    expect(Math.max(...queries.slice(1))).toBe(1);
  });

  it('asks for the signal as ever when it is answered again', async () => {
    const { transport, asked } = scripted({ '0030': Array.from({ length: 5 }, silent) });
    const client = ecuClient(transport, instant, recordingLog().log);
    for (let poll = 0; poll < 13; poll++) {
      await client.poll(never);
    }
    expect((await client.poll(never)).signal).toBeNull();
    for (let poll = 0; poll < 12; poll++) {
      await client.poll(never);
    }
    const before = asked.length;
    expect((await client.poll(never)).signal?.size).toBe(8);
    expect(asked.slice(before)).toEqual(['0001', '0002', '0030']);
  });

  it('goes on without signal when that fails twice', async () => {
    const { transport } = scripted({ '0030': [silent(), silent()] });
    const reading = await ecuClient(transport, instant, recordingLog().log).poll(never);
    expect(reading.signal).toBeNull();
    expect(reading.inverters.kind).toBe('data');
  });

  it('does not ask for signal while there is no data', async () => {
    const { transport, asked } = scripted({ '0002': [noData] });
    const reading = await ecuClient(transport, instant, recordingLog().log).poll(never);
    expect(reading).toMatchObject({ inverters: { kind: 'noData' }, signal: null });
    expect(asked).toEqual(['0001', '0002']);
  });

  it('leaves the bytes of a bad reply at debug', async () => {
    const { log, texts } = recordingLog();
    const { transport } = scripted({ '0001': [Buffer.from('APSnonsense')] });
    await ecuClient(transport, instant, log).poll(never);
    expect(texts('debug').join('\n')).toContain('received: 4150536e6f6e73656e7365');
  });

  it.each(['0001', '0030'])('passes a fault of our own in %s on as it is, without a second try', async (command) => {
    const fault = new TypeError('a bug');
    const { transport, asked } = scripted({ [command]: [fault] });
    const poll = ecuClient(transport, instant, recordingLog().log).poll(never);
    await expect(poll).rejects.toBe(fault);
    await expect(poll).rejects.not.toBeInstanceOf(EcuError);
    expect(asked.filter((one) => one === command)).toHaveLength(1);
  });
});
