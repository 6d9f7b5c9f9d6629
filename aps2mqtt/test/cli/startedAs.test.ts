import { expect, it } from 'vitest';
import { startedAs } from '../../src/cli/startedAs.ts';

it.each([
  ['/home/me/clone/dist/aps2mqtt.js', '/home/me/clone', 'node dist/aps2mqtt.js'],
  ['/opt/aps2mqtt/aps2mqtt.js', '/opt/aps2mqtt', 'node aps2mqtt.js'],
  ['/app/aps2mqtt.js', '/', 'node app/aps2mqtt.js'],
  ['/opt/aps2mqtt/aps2mqtt.js', '/home/me', 'node /opt/aps2mqtt/aps2mqtt.js'],
  ["/home/me/my clone's/aps2mqtt.js", '/home/me', "node 'my clone'\\''s/aps2mqtt.js'"],
  [undefined, '/home/me', 'aps2mqtt'],
])('%s, started in %s, is started again by: %s', (script, folder, typed) => {
  expect(startedAs(script, folder)).toBe(typed);
});
