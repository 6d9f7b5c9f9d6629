import { expect, it } from 'vitest';
import { nearest } from '../src/nearest.ts';

it.each([
  ['prot', ['host', 'port'], 'port'],
  ['PORT', ['host', 'port'], 'port'],
  ['mqtt_retian', ['MQTT_RETAIN', 'MQTT_CLIENT_ID'], 'MQTT_RETAIN'],
  ['password', ['host', 'port'], null],
  ['port', [], null],
  ['foo', ['noon'], null],
  ['cur', ['cut'], 'cut'],
])('%s among %j is probably %s', (name, candidates, meant) => {
  expect(nearest(name, candidates)).toBe(meant);
});
