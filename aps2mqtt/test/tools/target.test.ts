import { expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { targetOf, typedAs } from '../../src/tools/target.ts';

it.each([
  ['192.168.1.42', undefined, '192.168.1.42', 8899],
  ['ecu.local', '9000', 'ecu.local', 9000],
  ['192.168.1.42:9000', undefined, '192.168.1.42', 9000],
  ['192.168.1.42:9000', '9000', '192.168.1.42', 9000],
  ['fd00::1', '9000', 'fd00::1', 9000],
  ['::1', undefined, '::1', 8899],
  ['fe80::1%eth0', undefined, 'fe80::1%eth0', 8899],
  ['[fd00::1]', undefined, 'fd00::1', 8899],
  ['[fe80::1%eth0]:9000', undefined, 'fe80::1%eth0', 9000],
])('%s with the port %s', (address, typedPort, host, port) => {
  expect(targetOf('aps2mqtt', 'probe', [address], typedPort)).toEqual({ host, port });
});

it.each([
  [['http://192.168.1.42'], undefined, 'is no address. Type it such as: aps2mqtt probe 192.168.1.42'],
  [['192.168.1.42:9000'], '9001', 'which port?'],
  [['192.168.1.42:99999'], undefined, 'a port is a number from 1 to 65535'],
  [['192.168.1.42'], '', 'a port is a number from 1 to 65535'],
  [['192.168.1.42:'], undefined, 'is no address'],
  [[''], undefined, 'is no address'],
  [[], undefined, 'probe wants one address'],
  [['a', 'b'], undefined, 'probe wants one address'],
])('%j with the port %s is wrong usage', (words, typedPort, message) => {
  expect(() => targetOf('aps2mqtt', 'probe', words, typedPort)).toThrow(UsageError);
  expect(() => targetOf('aps2mqtt', 'probe', words, typedPort)).toThrow(message);
});

it.each([
  ['192.168.1.42', 8899, '192.168.1.42'],
  ['192.168.1.42', 9000, '192.168.1.42:9000'],
  ['::1', 9000, '[::1]:9000'],
])('%s and %i are typed as %s', (host, port, typed) => {
  expect(typedAs({ host, port })).toBe(typed);
  expect(targetOf('aps2mqtt', 'probe', [typed], undefined)).toEqual({ host, port });
});
