import { expect, it } from 'vitest';
import { codeOf } from '../src/errors.ts';

it.each([
  [Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT'],
  [Object.assign(new Error('x'), { code: 135 }), '135'],
  [Object.assign(new Error('x'), { code: undefined }), ''],
  [new Error('ENOENT'), ''],
  [{ code: 'ENOENT' }, ''],
  ['ENOENT', ''],
  [undefined, ''],
])('the code of %o is %j', (error, code) => {
  expect(codeOf(error)).toBe(code);
});
