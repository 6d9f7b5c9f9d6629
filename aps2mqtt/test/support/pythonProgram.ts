import type { EcuSnapshot } from '../../src/site/snapshot.ts';

/**
 * The discovery topics of the Python program 2.0.2 with a payload that has what matters of its own.
 *
 * @param topicPrefix with a slash, or nothing
 */
export function pythonDiscovery({ ecuId, inverters }: EcuSnapshot, topicPrefix = ''): Map<string, string> {
  const messages = new Map<string, string>();
  const announce = (platform: string, id: string, suffix: string, stateTopic: string, unit?: string) => {
    const unique = `aps_${id}_${suffix}`;
    messages.set(
      `homeassistant/${platform}/${unique}/config`,
      JSON.stringify({
        name: suffix,
        unique_id: unique,
        state_topic: stateTopic,
        value_template: `{{ value_json.${id === ecuId && suffix === 'power' ? 'current_power' : suffix} }}`,
        availability_topic: `${topicPrefix}aps/status`,
        device: { identifiers: [id], manufacturer: 'APsystems', ...(id === ecuId ? {} : { via_device: ecuId }) },
        ...(unit === undefined ? {} : { unit_of_measurement: unit }),
      }),
    );
  };
  const ecuTopic = `${topicPrefix}aps/${ecuId}`;
  announce('sensor', ecuId, 'power', ecuTopic, 'W');
  announce('sensor', ecuId, 'today_energy', ecuTopic, 'kWh');
  announce('sensor', ecuId, 'lifetime_energy', ecuTopic, 'kWh');
  for (const { id, powers, voltages } of inverters) {
    const topic = `${ecuTopic}/${id}`;
    announce('binary_sensor', id, 'online', topic);
    announce('sensor', id, 'signal', topic, 'dBm');
    announce('sensor', id, 'temperature', topic, '°C');
    announce('sensor', id, 'frequency', topic, 'Hz');
    announce('sensor', id, 'power', topic, 'W');
    announce('sensor', id, 'voltage', topic, 'V');
    for (const index of powers.keys()) {
      announce('sensor', id, `panel_${index + 1}_power`, `${topic}/${index + 1}`, 'W');
    }
    for (const index of voltages.keys()) {
      announce('sensor', id, `panel_${index + 1}_voltage`, `${topic}/${index + 1}`, 'V');
    }
  }
  return messages;
}
