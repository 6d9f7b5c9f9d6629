import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { capturedReply, readCapture } from '../../src/tools/captureFile.ts';
import { replaySource } from '../../src/tools/simulator/replay.ts';

const day = readCapture('test/frames/ecurpro-2.0.7A-ds3x8-day-k110.json');
const night = readCapture('test/frames/ecurpro-2.0.7A-ds3x8-night-k110.json');
const ECU_ID = '216227822010';

const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('replayed captures', () => {
  test('give the captured bytes by command', () => {
    const source = replaySource([day]);
    expect(source.reply({ command: '0001', ecuId: null })).toEqual(capturedReply(day, '0001'));
    expect(source.reply({ command: '0002', ecuId: ECU_ID })).toEqual(capturedReply(day, '0002'));
    expect(source.reply({ command: '0030', ecuId: ECU_ID })).toEqual(capturedReply(day, '0030'));
  });

  test('refuse a foreign id, and are silent where nothing was captured', () => {
    const source = replaySource([day]);
    expect(source.reply({ command: '0002', ecuId: '216200000001' })?.toString('latin1')).toBe('APS110015000201\n');
    expect(source.reply({ command: '0004', ecuId: ECU_ID })).toBeNull();
  });

  test('take turns with each summary', () => {
    const source = replaySource([day, night]);
    const poll = () => {
      source.reply({ command: '0001', ecuId: null });
      return source.reply({ command: '0002', ecuId: ECU_ID });
    };
    const [first, second] = [capturedReply(day, '0002'), capturedReply(night, '0002')];
    expect([poll(), poll(), poll()]).toEqual([first, second, first]);
  });

  test('serve any id when no summary tells the right one', () => {
    const inverters = readCapture('test/frames/ecuc-qs1x5plus4-inv-night-k74.json');
    const source = replaySource([inverters]);
    expect(source.reply({ command: '0001', ecuId: null })).toBeNull();
    expect(source.reply({ command: '0002', ecuId: ECU_ID })).toEqual(capturedReply(inverters, '0002'));
  });
});

describe('a capture file that is none', () => {
  test.each([
    ['no JSON', '{', 'cannot be read: it is not JSON'],
    ['a list', '[]', 'it should be an object with model and replies'],
    ['without a model', '{"replies": {"0001": "00"}}', 'model should be a text'],
    ['without replies', '{"model": "ECU-R"}', 'replies should name at least one command'],
    ['with none of them', '{"model": "ECU-R", "replies": {}}', 'replies should name at least one command'],
    ['with a command that is none', '{"model": "ECU-R", "replies": {"one": "00"}}', 'a command is four digits'],
    ['with half a byte', '{"model": "ECU-R", "replies": {"0001": "415"}}', 'the reply to 0001 should be hexadecimal'],
    ['with a number', '{"model": "ECU-R", "replies": {"0001": 4150}}', 'the reply to 0001 should be hexadecimal'],
  ])('%s', (name, text, words) => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, text);
    expect(() => readCapture(file)).toThrow(UsageError);
    expect(() => readCapture(file)).toThrow(words);
    expect(() => readCapture(file)).toThrow(file);
  });

  test('a file that is not there', () => {
    expect(() => readCapture(path.join(folder, 'nowhere'))).toThrow(/nowhere cannot be read: there is no such file/);
  });
});
