import { expect, it } from 'vitest';
import { reachableAt } from '../../src/tools/simulator/reachable.ts';

const more = { netmask: '', mac: '', cidr: null };
const loopback = { ...more, address: '127.0.0.1', family: 'IPv4', internal: true } as const;
const lan6 = { ...more, address: 'fd00::1', family: 'IPv6', scopeid: 0, internal: false } as const;
const lan = { ...more, address: '192.168.1.20', family: 'IPv4', internal: false } as const;
const other = { ...lan, address: '172.17.0.1' };

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['192.168.7.7', '192.168.7.7'],
  ['0.0.0.0', '192.168.1.20'],
  ['::', '192.168.1.20'],
])('what listens at %s is reached at %s', (host, address) => {
  expect(reachableAt(host, { lo: [loopback], eth0: [lan6, lan], docker0: [other] })).toBe(address);
});

it('where no network is, words stand for the address', () => {
  expect(reachableAt('0.0.0.0', { lo: [loopback], eth0: undefined })).toBe('ADDRESS-OF-THIS-COMPUTER');
});
