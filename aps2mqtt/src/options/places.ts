import { isObject, type JsonObject } from '../json.ts';
import { aliasPath } from './aliases.ts';
import { PYTHON_KEYS } from './python.ts';
import { type OptionSchema, optionsSchema } from './schema.ts';

const propertiesOf = ({ properties = {} }: OptionSchema): Readonly<Record<string, OptionSchema>> => properties;
const top = propertiesOf(optionsSchema);
const mqtt = propertiesOf(top.mqtt ?? optionsSchema);
const ecu = propertiesOf(top.ecus?.items ?? optionsSchema);

/**
 * Where a key belongs that stands in a place that does not know it, as a sentence.
 *
 * @param section where it stands; '' for the top level
 * @param root of the document
 * @returns null for a key that is known nowhere
 */
export function rightPlace(section: string, name: string, root: JsonObject): string | null {
  if (section === 'ecu' && name === 'host') {
    return 'Did you mean ecus: with - host: …?';
  }
  const python = PYTHON_KEYS.find((known) => known.name === name);
  if (python !== undefined) {
    const hasOwnEcus = !isObject(root.ecu) && root.ecus !== undefined;
    const isForeign = python.section === null || (python.section === 'ecu' && hasOwnEcus);
    return isForeign
      ? `Did you mean ${python.path.replace(/^ecu\./, 'ecus[0].')}?`
      : `It belongs below ${python.section}:`;
  }
  if (section === 'ecu' && Object.hasOwn(ecu, name)) {
    const known = PYTHON_KEYS.find(({ path }) => path === `ecu.${name}`);
    return known === undefined ? null : `Did you mean ecu.${known.name}?`;
  }
  if (Object.hasOwn(top, name)) {
    return 'It belongs to the top level';
  }
  const owners = [
    ...(Object.hasOwn(ecu, name) ? ['ecus:'] : []),
    ...(Object.hasOwn(mqtt, name) && section !== 'mqtt' ? ['mqtt:'] : []),
  ];
  return owners.length === 0 ? otherName(section, name, root) : `It belongs below ${owners.join(' or ')}`;
}

/** For another program's word of an option: ours, in the form that this section has. */
function otherName(section: string, name: string, root: JsonObject): string | null {
  const head = section.replace(/^ecus.*/, 'ecu');
  const path = aliasPath(name, (one) => (head === '' ? !one.includes('.') : one.startsWith(`${head}.`)));
  if (path === null) {
    return null;
  }
  const python = PYTHON_KEYS.find((known) => known.path === path && known.section === section);
  const isPython = section === 'ecu' || (section === 'mqtt' && isObject(root.ecu) && name === name.toUpperCase());
  const ours = isPython && python !== undefined ? python.name : path.replace(/^.*\./, '');
  return `Did you mean ${section === '' ? ours : `${section}.${ours}`}?`;
}
