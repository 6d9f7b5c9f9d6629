import { describe, expect, it } from 'vitest';
import { decodeInverters } from '../../src/ecu/inverters.ts';
import { decodeSignal } from '../../src/ecu/signal.ts';
import { decodeSummary } from '../../src/ecu/summary.ts';
import { maskReplies } from '../../src/tools/mask.ts';
import { captures, replies } from '../support/frames.ts';

const whole = captures.filter(({ replies: byCommand }) => Object.keys(byCommand).length === 3);
const bytesOf = (byCommand: Readonly<Record<string, string>>) =>
  new Map(Object.entries(byCommand).map(([command, hex]) => [command, Buffer.from(hex, 'hex')]));

const get = (map: ReadonlyMap<string, Buffer>, command: string) => map.get(command) ?? Buffer.alloc(0);

function inverterIds(frame: Buffer): string[] {
  const reply = decodeInverters(frame);
  return reply.kind === 'data' ? reply.records.map(({ id }) => id) : [];
}

describe('masked replies', () => {
  it.each(whole)('of $name say the same, with other serial numbers', ({ replies: byCommand }) => {
    const before = bytesOf(byCommand);
    const after = maskReplies(before, 'salt');
    const [plain, masked] = [before, after].map((map) => ({
      summary: decodeSummary(get(map, '0001')),
      inverters: decodeInverters(get(map, '0002')),
      ids: inverterIds(get(map, '0002')),
      signal: decodeSignal(get(map, '0030')) ?? new Map<string, number>(),
    }));
    if (plain === undefined || masked === undefined) {
      throw new Error('nothing was masked');
    }
    expect(masked.summary).toEqual({ ...plain.summary, ecuId: masked.summary.ecuId });
    expect(masked.summary.ecuId).not.toBe(plain.summary.ecuId);
    expect(masked.summary.ecuId.slice(0, 4)).toBe(plain.summary.ecuId.slice(0, 4));
    expect(masked.ids).toHaveLength(plain.ids.length);
    masked.ids.forEach((id, index) => {
      const original = plain.ids[index] ?? '';
      expect(id).toMatch(/^\d{12}$/);
      expect(id).not.toBe(original);
      expect(id.slice(0, 3)).toBe(original.slice(0, 3));
      expect(masked.signal.get(id)).toBe(plain.signal.get(original));
    });
    expect(JSON.stringify(masked.inverters).replace(/"id":"\d+"/g, '')).toBe(
      JSON.stringify(plain.inverters).replace(/"id":"\d+"/g, ''),
    );
  });

  it.each(whole)('of $name hold no serial number and no network address of the original', ({ replies: byCommand }) => {
    const before = bytesOf(byCommand);
    const after = maskReplies(before, 'salt');
    const all = [...after.values()].map((bytes) => bytes.toString('hex')).join(' ');
    const { ecuId } = decodeSummary(get(before, '0001'));
    for (const id of [Buffer.from(ecuId.slice(4)).toString('hex'), ...inverterIds(get(before, '0002'))]) {
      expect(all).not.toContain(id);
    }
    const summary = get(before, '0001').toString('hex');
    const ethernet = summary.indexOf('80971b');
    expect(ethernet).toBeGreaterThan(0);
    expect(all).not.toContain(summary.slice(ethernet, ethernet + 12));
  });

  it('differ from capture to capture', () => {
    const [first, second] = ['one', 'two'].map((salt) => maskReplies(bytesOf(whole[0]?.replies ?? {}), salt));
    expect(first?.get('0001')?.equals(second?.get('0001') ?? Buffer.alloc(0))).toBe(false);
  });

  it.each(replies)('$name $command cut anywhere: as long as before, and without an error', ({ command, bytes }) => {
    for (let length = 0; length <= bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      const masked = maskReplies(new Map([[command, cut]]), 'salt').get(command);
      expect(masked?.length).toBe(length);
    }
  });
});
