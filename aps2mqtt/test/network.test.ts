import { describe, expect, it } from 'vitest';
import { isPrivateAddress, NetworkError, networkAround, parseNetwork } from '../src/network.ts';

describe('a network that somebody typed', () => {
  it.each([
    ['192.168.1.0/30', '192.168.1.0/30', ['192.168.1.1', '192.168.1.2']],
    ['192.168.1.77/30', '192.168.1.76/30', ['192.168.1.77', '192.168.1.78']],
    ['10.0.0.255/31', '10.0.0.254/31', ['10.0.0.254', '10.0.0.255']],
    ['10.1.2.3/32', '10.1.2.3/32', ['10.1.2.3']],
  ])('%s is %s, with %j', (typed, name, hosts) => {
    expect(parseNetwork(typed)).toEqual({ name, hosts });
  });

  it('has 1024 addresses at most', () => {
    expect(parseNetwork('172.16.0.0/22').hosts).toHaveLength(1022);
    expect(() => parseNetwork('172.16.0.0/21')).toThrow(
      '172.16.0.0/21 has 2048 addresses: at most 1024 are looked through',
    );
  });

  it.each(['10.0.0.0/24', '172.31.255.0/24', '192.168.255.0/24', '169.254.7.0/24', '127.0.0.32/28'])(
    '%s is one of those that a home has',
    (typed) => {
      expect(parseNetwork(typed).name).toBe(typed);
    },
  );

  it.each([
    '9.255.255.0/24',
    '11.0.0.0/24',
    '172.15.0.0/24',
    '172.32.0.0/24',
    '192.167.1.0/24',
    '192.169.0.0/24',
    '100.64.0.0/24',
    '0.0.0.0/0',
    '224.0.0.0/24',
    '255.255.255.255/32',
  ])('%s is none, and nobody looks there', (typed) => {
    expect(() => parseNetwork(typed)).toThrow(NetworkError);
    expect(() => parseNetwork(typed)).toThrow(`${typed} is no private network`);
  });

  it.each(['192.168.1.0/33', '192.168.1/24', '300.1.1.0/24', '1.2.3.4', '192.168.1.0/', 'fd00::/64', ''])(
    '%j is no network',
    (typed) => {
      expect(() => parseNetwork(typed)).toThrow('is no network: it looks like');
    },
  );
});

describe('the network of a card', () => {
  it('is searched whole, but for its own address', () => {
    expect(networkAround('192.168.1.2', 29)).toEqual({
      name: '192.168.1.0/29',
      hosts: ['192.168.1.1', '192.168.1.3', '192.168.1.4', '192.168.1.5', '192.168.1.6'],
    });
  });

  it.each([
    ['10.7.7.7', 8, '10.7.5.7', '10.7.9.6'],
    ['10.0.0.7', 8, '10.0.0.1', '10.0.4.0'],
    ['10.255.255.250', 8, '10.255.251.255', '10.255.255.254'],
  ])('%s/%i is searched around its own address where it is large', (address, prefix, first, last) => {
    const { name, hosts } = networkAround(address, prefix) ?? expect.unreachable();
    expect({ count: hosts.length, first: hosts[0], last: hosts.at(-1) }).toEqual({ count: 1023, first, last });
    expect(name).toBe(`10.0.0.0/8 around ${address}`);
  });

  it.each([
    ['8.8.8.8', 24],
    ['100.64.0.1', 24],
    ['fe80::1', 64],
    ['192.168.1.1', 33],
    ['192.168.1.1', 1.5],
    ['192.168.1.1', 8],
  ])('%s/%d is none to look in', (address, prefix) => {
    expect(networkAround(address, prefix)).toBeNull();
  });
});

it.each([
  ['192.168.1.42', true],
  ['8.8.8.8', false],
  ['ecu.local', false],
  ['fd00::1', false],
])('%s: private is %s', (address, isPrivate) => {
  expect(isPrivateAddress(address)).toBe(isPrivate);
});
