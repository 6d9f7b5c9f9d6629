import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskReplies } from '../../src/capture/mask.ts';
import { decodeInverters } from '../../src/ecu/inverters.ts';
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
});

/** What decoding gives or why it fails, without the ids. */
function outcome(bytes: Buffer): string {
  return [decodeSummary, decodeInverters, decodeSignal]
    .map((decode) => {
      try {
        const value = decode(bytes);
        return JSON.stringify(value instanceof Map ? [...value.values()] : value);
      } catch (error) {
        return String(error);
      }
    })
    .join('\n')
    .replace(/(Id|id)":"\d{12}"/g, '');
}

/** Where the own half of each network address of a summary stands. */
function ownHalves(summary: Buffer): number[] {
  const zoneAt = 55 + Number(summary.toString('latin1', 52, 55));
  const at = zoneAt + 3 + Number(summary.toString('latin1', zoneAt, zoneAt + 3));
  return [at + 3, at + 9];
}

const isSummary = ({ command, bytes }: { command: string; bytes: Buffer }) => command === '0001' && bytes.length > 60;
const COMMANDS = ['0001', '0002', '0030'] as const;

/** Every id of every capture, as text and in BCD. */
const secrets = whole
  .flatMap(({ replies: byCommand }) => {
    const map = bytesOf(byCommand);
    return [decodeSummary(get(map, '0001')).ecuId, ...inverterIds(get(map, '0002'))];
  })
  .concat(replies.filter(isSummary).map(({ bytes }) => bytes.toString('latin1', 13, 25)))
  .concat(replies.filter(({ command }) => command === '0002').flatMap(({ bytes }) => inverterIds(bytes)))
  .flatMap((id) => [Buffer.from(id, 'latin1'), Buffer.from(id, 'hex')]);

const maskedAlone = (asked: string, bytes: Buffer) => get(maskReplies(new Map([[asked, bytes]]), 'salt'), asked);

describe.each(replies)('$name $command', ({ command, bytes }) => {
  it('cut anywhere and under any command: as long as before, and no serial number left', () => {
    const found = secrets.filter((secret) => bytes.includes(secret));
    for (const asked of COMMANDS) {
      for (let length = 0; length <= bytes.length; length++) {
        const masked = maskedAlone(asked, bytes.subarray(0, length));
        expect(masked.length).toBe(length);
        expect(found.filter((secret) => masked.includes(secret))).toEqual([]);
      }
    }
  });

  it('decodes as before, whole or cut, under any command', () => {
    for (const asked of COMMANDS) {
      for (let length = 13; length <= bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        expect(outcome(maskedAlone(asked, cut))).toBe(outcome(cut));
      }
    }
  });

  it('keeps nothing of an id that is cut but its model', () => {
    const places = command === '0002' ? [26] : command === '0030' ? [15, 22] : [];
    for (const at of places) {
      for (let length = at + 1; length < Math.min(at + 6, bytes.length); length++) {
        expect(maskedAlone(command, bytes.subarray(0, length)).subarray(at)).toEqual(Buffer.alloc(length - at));
      }
    }
  });
});

describe.each(replies.filter(isSummary))('summary of $name', ({ bytes }) => {
  it('shows nothing of the own halves of both network addresses, cut anywhere and under any command', () => {
    for (const asked of COMMANDS) {
      for (let length = 0; length <= bytes.length; length++) {
        const masked = maskedAlone(asked, bytes.subarray(0, length));
        for (const at of ownHalves(bytes)) {
          expect([...masked.subarray(at, at + 3)].filter((byte) => byte !== 0 && byte !== 0xaa)).toEqual([]);
        }
      }
    }
  });

  it('keeps the vendor of both addresses', () => {
    const masked = maskedAlone('0001', bytes);
    for (const at of ownHalves(bytes)) {
      expect(masked.subarray(at - 3, at)).toEqual(bytes.subarray(at - 3, at));
    }
  });

  it.each([
    ['the length of the firmware', 52],
    ['the length of the zone', 55 + Number(bytes.toString('latin1', 52, 55))],
  ])('with a garbled %s shows no address', (_, at) => {
    const right = Number(bytes.toString('latin1', at, at + 3));
    for (const digits of ['999', '000', '0x1', '   ', '1e1', String(right + 12).padStart(3, '0')]) {
      const garbled = Buffer.from(bytes);
      garbled.write(digits, at, 'latin1');
      for (const half of ownHalves(bytes)) {
        garbled.write('XYZ', half, 'latin1');
      }
      expect(maskedAlone('0001', garbled).includes('XYZ')).toBe(false);
    }
  });
});

describe('masked by what the bytes are', () => {
  const day = bytesOf(whole[0]?.replies ?? {});
  const { ecuId } = decodeSummary(get(day, '0001'));
  const [inverterId = ''] = inverterIds(get(day, '0002'));

  it('a summary under 0002 becomes what it becomes under 0001', () => {
    expect(maskedAlone('0002', get(day, '0001'))).toEqual(maskedAlone('0001', get(day, '0001')));
  });

  it.each(['APS110015003001\n', 'APS110015000201\n', 'APS110015000202\n', 'APS110015000101\n', 'APS110015001201\n'])(
    'the error reply %j stays as it is',
    (text) => {
      for (const asked of COMMANDS) {
        expect(maskedAlone(asked, Buffer.from(text)).toString()).toBe(text);
      }
    },
  );

  it('an error reply with more than its status hides that', () => {
    const frame = Buffer.concat([Buffer.from('APS110024000202'), Buffer.from(inverterId, 'hex'), Buffer.from('END\n')]);
    const masked = maskedAlone('0002', frame);
    expect(masked.includes(Buffer.from(inverterId, 'hex').subarray(2))).toBe(false);
    expect(decodeInverters(masked)).toEqual({ kind: 'noData' });
  });

  it.each([
    ['text of another device', Buffer.from(`HTTP/1.1 200 OK\n\n{"ecu":"${ecuId}","mac":"80:97:1B:01:02:03"}`)],
    ['an unknown command', Buffer.from(`APS1100280012${ecuId}END\n`)],
    ['numbers alone', Buffer.from(ecuId)],
    ['a reply that lost its head', get(day, '0002').subarray(20)],
    ['a reply behind noise', Buffer.concat([Buffer.from([0, 1]), get(day, '0001')])],
  ])('%s keeps hardly more than its length', (_, bytes) => {
    for (const asked of COMMANDS) {
      const masked = maskedAlone(asked, bytes);
      expect(masked.length).toBe(bytes.length);
      expect(masked.toString('latin1', bytes.indexOf('APS1') === 0 ? 15 : 0)).not.toMatch(/\d{4}/);
      expect(secrets.filter((secret) => masked.includes(secret))).toEqual([]);
      expect(masked.toString('latin1')).not.toContain('01:02:03');
    }
  });

  it('says what kind of device answered', () => {
    const masked = maskedAlone('0001', Buffer.from('SSH-2.0-dropbear_2022.83'));
    expect(masked.toString('latin1', 0, 16)).toBe('SSH-\xaa.\xaa-dropbear');
  });

  it('a number in a text becomes the one that it is elsewhere', () => {
    const summary = get(day, '0001');
    const zoneAt = 55 + Number(summary.toString('latin1', 52, 55));
    const named = Buffer.from(summary);
    named.write(ecuId, zoneAt - 12, 'latin1');
    const masked = maskedAlone('0001', named);
    expect(masked.toString('latin1', zoneAt - 12, zoneAt)).toBe(decodeSummary(masked).ecuId);
  });

  it('a number in a text that stands nowhere else is masked, too', () => {
    const summary = Buffer.from(get(day, '0001'));
    summary.write('123456789012', 55, 'latin1');
    expect(maskedAlone('0001', summary).includes('456789012')).toBe(false);
  });

  it('a short number in a text stays, whatever digits stand around it', () => {
    const texts = '00820240115010Etc/GMT-80';
    const end = Buffer.concat([
      Buffer.from(texts),
      Buffer.from('80971b0102030000000000', 'hex'),
      Buffer.from('\0END\n'),
    ]);
    const frame = Buffer.concat([Buffer.from('APS110091'), get(day, '0001').subarray(9, 52), end]);
    expect(decodeSummary(frame)).toMatchObject({ firmware: '20240115', timeZone: 'Etc/GMT-80' });
    expect(decodeSummary(maskedAlone('0001', frame))).toMatchObject({ firmware: '20240115', timeZone: 'Etc/GMT-80' });
  });

  it('a long number among the values does not stay', () => {
    const frame = Buffer.from(get(day, '0002'));
    frame.write(ecuId, 35, 'latin1');
    expect(maskedAlone('0002', frame).includes(ecuId)).toBe(false);
  });

  it('an id of one reply is found in every form in the others', () => {
    const frame = Buffer.from(get(day, '0002'));
    // In the values of the first record, where nobody looks for one.
    frame.write(ecuId, 35, 'hex');
    const replies = new Map([
      ['0001', get(day, '0001')],
      ['0002', frame],
    ]);
    const masked = get(maskReplies(replies, 'salt'), '0002');
    expect(masked.includes(Buffer.from(ecuId, 'hex'))).toBe(false);
    expect(masked.toString('hex', 35, 37)).toBe(ecuId.slice(0, 4));
  });

  it('records of a class that nobody has documented show no id, wherever it stands', () => {
    for (const filler of [0, 1, 5, 30]) {
      const record = Buffer.concat([
        Buffer.alloc(filler, 0xf1),
        Buffer.from(inverterId, 'hex'),
        Buffer.alloc(20, 0xf2),
      ]);
      const records = Buffer.concat([record, record]);
      const head = (length: number) => Buffer.from(`APS11${String(length).padStart(4, '0')}00020002`, 'latin1');
      for (const stamp of ['', '20260621215500']) {
        const body = Buffer.concat([Buffer.from([0, 2]), Buffer.from(stamp, 'hex'), records, Buffer.from('END\n')]);
        const frame = Buffer.concat([head(17 + body.length - 1), body]);
        const masked = maskedAlone('0002', frame);
        expect(masked.includes(Buffer.from(inverterId, 'hex'))).toBe(false);
        expect(decodeInverters(masked)).toEqual({ kind: 'unsupported', deviceClass: '02', count: 2 });
      }
    }
  });

  it('bytes lost in the middle of the inverters leave no id', () => {
    const frame = get(day, '0002');
    for (let at = 26; at < frame.length - 4; at++) {
      const garbled = Buffer.concat([frame.subarray(0, at), frame.subarray(at + 3)]);
      const masked = maskedAlone('0002', garbled);
      expect(secrets.filter((secret) => masked.includes(secret))).toEqual([]);
    }
  });

  it('signal records of another size show no id', () => {
    const record = Buffer.concat([Buffer.from(inverterId, 'hex'), Buffer.from([0xd8, 0xf0])]);
    const frame = Buffer.concat([Buffer.from('APS110034003000'), record, record, Buffer.from('END\n')]);
    expect(maskedAlone('0030', frame).includes(Buffer.from(inverterId, 'hex'))).toBe(false);
  });

  it("an ECU's id among the inverters is the same as in the summary", () => {
    const record = Buffer.concat([Buffer.from(ecuId, 'hex'), Buffer.from([0]), Buffer.from('00')]);
    const start = Buffer.from('20260621215500', 'hex');
    const body = [Buffer.from('APS11003800020001'), Buffer.from([0, 1]), start, record, Buffer.from('END\n')];
    const masked = maskReplies(
      new Map([
        ['0001', get(day, '0001')],
        ['0002', Buffer.concat(body)],
      ]),
      'salt',
    );
    expect(get(masked, '0002').toString('hex', 26, 32)).toBe(decodeSummary(get(masked, '0001')).ecuId);
  });

  it('an id that is garbled still shows it', () => {
    const frame = Buffer.from(get(day, '0002'));
    frame[27] = 0xa5;
    const reasons = [frame, maskedAlone('0002', frame)].map((bytes) => {
      const reply = decodeInverters(bytes);
      return reply.kind === 'data' ? reply.leftOut.map(({ reason }) => reason.replace(/[\da-f]{12}/, '')) : [];
    });
    expect(reasons[0]).toHaveLength(1);
    expect(reasons[1]).toEqual(reasons[0]);
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
