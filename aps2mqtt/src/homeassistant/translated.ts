import type { Language } from '../language.ts';
import type { Config } from './components.ts';
import type { Device } from './devices.ts';
import { defaultEntityId } from './entityId.ts';
import { inLanguage } from './words.ts';

/**
 * A device with its names in a language. The ids that new entities get stay those of the English names, so that
 * dashboards and help fit everybody; the ids of entities that Home Assistant knows stay anyway.
 */
export function translated(device: Device, language: Language): Device {
  if (language === 'en') {
    return device;
  }
  const name = String(device.block.name);
  const components = Array.from(device.components, ([suffix, component]) => {
    return [suffix, translatedComponent(component, name, language)] as const;
  });
  return {
    ...device,
    block: { ...device.block, name: name.replace(/^Inverter(?= )/, inLanguage('Inverter', language)) },
    components: new Map(components),
  };
}

function translatedComponent(component: Config, deviceName: string, language: Language): Config {
  const english = String(component.name);
  const id = defaultEntityId(String(component.platform), deviceName, english);
  return {
    ...component,
    name: inLanguage(english, language),
    ...(id === null ? {} : { default_entity_id: id }),
  };
}
