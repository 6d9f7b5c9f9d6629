import { describe, expect, it } from 'vitest';
import { asObject, isObject, parseObject } from '../src/json.ts';

describe('an object of JSON', () => {
  it.each([[null], [undefined], [[]], [[{ a: 1 }]], ['text'], [1]])('is not %j', (value) => {
    expect(isObject(value)).toBe(false);
    expect(asObject(value)).toEqual({});
  });

  it('is read from a text', () => {
    expect(parseObject('{"a": [1]}')).toEqual({ a: [1] });
    expect(() => parseObject('[]')).toThrow('it is not an object');
  });

  it('is told from a text that is none, which is not repeated', () => {
    expect(() => parseObject('{"password": topsecret}')).toThrow(/^it is not JSON$/);
  });
});
