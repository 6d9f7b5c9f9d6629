import type { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { likelyAddresses } from '../../src/finding/neighbours.ts';
import { hostsOf, namesOf, networksOf, ownAdapters } from '../../src/finding/networks.ts';

type Cards = ReturnType<typeof networkInterfaces>;
const card = (cidr: string, more: object = {}) => {
  const family = cidr.includes(':') ? 'IPv6' : 'IPv4';
  return { address: cidr.split('/')[0], cidr, family, internal: false, mac: '', netmask: '', ...more };
};

it("takes this machine's own cards, but for the one that leads back to itself", () => {
  const cards = {
    lo: [card('127.0.0.1/8', { internal: true })],
    eth0: [card('192.168.1.10/24'), card('fe80::1/64')],
    docker0: [card('172.17.0.1/16')],
    odd: [card('10.0.0.1/24', { cidr: null })],
    gone: undefined,
  } as Cards;
  expect(ownAdapters(() => cards)).toEqual([
    { name: 'eth0', address: '192.168.1.10', prefix: 24 },
    { name: 'docker0', address: '172.17.0.1', prefix: 16 },
  ]);
});

it('looks in each network once, and in none that others own', () => {
  const adapters = [
    { name: 'eth0', address: '192.168.1.10', prefix: 24 },
    { name: 'wlan0', address: '192.168.1.11', prefix: 24 },
    { name: 'ppp0', address: '8.8.8.8', prefix: 24 },
  ];
  const networks = networksOf(adapters);
  expect(networks.map(({ name }) => name)).toEqual(['192.168.1.0/24']);
  expect(hostsOf([...networks, ...networks])).toHaveLength(networks[0]?.hosts.length ?? 0);
});

it('takes small networks before large ones, and names the first few', () => {
  const adapters = [16, 24, 16, 16, 16, 16].map((prefix, index) => ({
    name: `c${index}`,
    address: `10.${index}.0.1`,
    prefix,
  }));
  expect(namesOf(networksOf(adapters))).toBe(
    '10.1.0.0/24, 10.0.0.0/16 around 10.0.0.1, 10.2.0.0/16 around 10.2.0.1, 10.3.0.0/16 around 10.3.0.1 and 2 more',
  );
});

it('looks at each address of thirty cards once', () => {
  const adapters = Array.from({ length: 30 }, (_, index) => ({
    name: `br${index}`,
    address: `172.${16 + (index % 16)}.${index}.1`,
    prefix: 16,
  }));
  expect(new Set(hostsOf(networksOf(adapters))).size).toBe(hostsOf(networksOf(adapters)).length);
});

it('takes the likeliest neighbours first, and of those that others own none', () => {
  const neighbour = (mac: string, hostName: string, address: string) => ({ mac, hostName, address });
  expect(
    likelyAddresses([
      neighbour('24:62:ab:00:00:01', 'ESP_A1B2C3', '192.168.1.7'),
      neighbour('24:62:ab:00:00:02', 'esp-lamp', '192.168.1.8'),
      neighbour('60:c5:a8:00:00:01', '', '192.168.1.9'),
      neighbour('80:97:1b:00:00:01', 'ESP_A1B2C3', '192.168.1.5'),
      neighbour('80:97:1b:00:00:02', '', '8.8.8.8'),
    ]),
  ).toEqual(['192.168.1.9', '192.168.1.5', '192.168.1.7']);
});
