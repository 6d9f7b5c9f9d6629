import { expect, it } from 'vitest';
import { maskedCapture } from '../../src/capture/captured.ts';
import { capture } from '../support/frames.ts';

const { replies: hexByCommand } = capture('ecurpro-2.0.7A-ds3x8-day-k110');
const replies = new Map(Object.entries(hexByCommand).map(([command, hex]) => [command, Buffer.from(hex, 'hex')]));

it('no two captures make up the same numbers, so that nobody can try them all', () => {
  expect(maskedCapture(replies).replies).not.toEqual(maskedCapture(replies).replies);
  expect(maskedCapture(replies, '', 'salt')).toEqual(maskedCapture(replies, '', 'salt'));
});

it('names the model, and the note where there is one', () => {
  const plain = maskedCapture(replies);
  expect(plain.model).toBe('ECU-R-Pro (2162) fw ECU_R_PRO_2.0.7A');
  expect(Object.keys(plain)).toEqual(['model', 'replies']);
  expect(maskedCapture(replies, 'why').note).toBe('why');
});

it('does not know the model of what is no summary', () => {
  expect(maskedCapture(new Map([['0001', Buffer.from('APS11')]])).model).toBe('unknown');
});
