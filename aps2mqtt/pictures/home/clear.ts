import { connectAsync } from 'mqtt';
import { installed } from '../../test/home-assistant/installed.ts';
import { INVERTERS } from '../layout.ts';
import { ECU } from '../summer.ts';

/** Long enough for a broker to send all that it keeps. */
const HEARD_MS = 1_000;

/** Takes out of the broker what the roof left there; Home Assistant takes the devices away with it. */
export async function clearBroker(): Promise<void> {
  const { host, port } = installed;
  const client = await connectAsync({ host, port: Number(port), protocol: 'mqtt' });
  const kept = new Set<string>();
  client.on('message', (topic, _, { retain }) => retain && kept.add(topic));
  await client.subscribeAsync(['homeassistant/device/+/config', 'aps/#']);
  await new Promise((resolve) => setTimeout(resolve, HEARD_MS));
  for (const topic of kept) {
    if ([ECU, ...INVERTERS].some((id) => topic.includes(id))) {
      await client.publishAsync(topic, '', { retain: true, qos: 1 });
    }
  }
  await client.endAsync();
}
