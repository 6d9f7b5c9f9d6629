import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInverters } from '../../src/ecu/inverters.ts';
import { maskReplies } from '../../src/ecu/mask.ts';
import { decodeSignal } from '../../src/ecu/signal.ts';
import { decodeSummary } from '../../src/ecu/summary.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
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

describe('masked replies of any site at any time', () => {
  const kinds = ['ecu-r', 'ecu-r-pro', 'ecu-b', 'ecu-c'] as const;
  const families = ['yc600', 'ds3', 'yc1000', 'qt2', 'qs1', 'qs1a'] as const;
  const sites = fc.record({
    ecu: fc.constantFrom(...kinds),
    inverters: fc.array(fc.record({ family: fc.constantFrom(...families), count: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 5,
    }),
    seed: fc.string(),
    at: fc.date({ min: new Date('2024-01-01'), max: new Date('2034-01-01'), noInvalidDate: true }),
    isUnknown: fc.boolean(),
  });

  it('decode to the same stamp, types and values', () => {
    fc.assert(
      fc.property(sites, ({ ecu, inverters, seed, at, isUnknown }) => {
        const site = simulatedSite({ ecu, inverters, seed }, { now: () => at });
        const [first] = site.inverters;
        if (isUnknown && first !== undefined) {
          site.setRecord(first.id, { type: '09', body: Buffer.alloc(10, 0x21) });
        }
        const { ecuId } = site.state().summary;
        const before = new Map(
          ['0001', '0002', '0030'].map((command) => [command, site.reply({ command, ecuId }) ?? Buffer.alloc(0)]),
        );
        const after = maskReplies(before, 'salt');
        const [plain, masked] = [before, after].map((map) => decodeInverters(get(map, '0002')));
        const withoutIds = (reply: unknown) =>
          JSON.stringify(reply).replace(/"id":"(\d{3})\d+"|inverter \d+|"data":\[[\d,]*\]/g, '$1');
        expect(withoutIds(masked)).toBe(withoutIds(plain));
        const ids = new Set(inverterIds(get(after, '0002')));
        expect(new Set(decodeSignal(get(after, '0030'))?.keys())).toEqual(ids);
        const all = [...after.values()].map((bytes) => bytes.toString('hex')).join(' ');
        expect(site.inverters.filter(({ id }) => all.includes(id))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('an id of a family that nobody knows is masked like the others', () => {
    const record = Buffer.concat([Buffer.from('601234567890', 'hex'), Buffer.from([1]), Buffer.from('00')]);
    const body = Buffer.concat([
      Buffer.from('0001'),
      Buffer.from([0, 1]),
      Buffer.from('20260621215500', 'hex'),
      record,
    ]);
    const inverters = Buffer.concat([Buffer.from('APS1100380002'), body, Buffer.from('END\n')]);
    const signal = Buffer.concat([
      Buffer.from('APS110025003000'),
      Buffer.from('601234567890d8', 'hex'),
      Buffer.from('END\n'),
    ]);
    const masked = maskReplies(
      new Map([
        ['0002', inverters],
        ['0030', signal],
      ]),
      'salt',
    );
    expect([...masked.values()].map((bytes) => bytes.toString('hex')).join(' ')).not.toContain('234567890');
    expect(inverterIds(get(masked, '0002'))[0]).toMatch(/^601/);
  });

  it('replies that were cut keep no whole id', () => {
    const cut = get(bytesOf(whole[0]?.replies ?? {}), '0002').subarray(0, 75);
    const ids = inverterIds(get(bytesOf(whole[0]?.replies ?? {}), '0002'));
    const masked =
      maskReplies(new Map([['0002', cut]]), 'salt')
        .get('0002')
        ?.toString('hex') ?? '';
    expect(ids.filter((id) => masked.includes(id))).toEqual([]);
  });
});
