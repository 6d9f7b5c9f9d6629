import { UsageError } from '../../errors.ts';
import { ECU_KINDS, type EcuKind, FAMILIES, type Family } from './description.ts';
import { meantAmong } from './meant.ts';

const FAMILY_NAMES = Object.keys(FAMILIES) as Family[];
const KIND_NAMES = Object.keys(ECU_KINDS) as EcuKind[];

/**
 * An inverter as people name it: by its family, or by its id, whose first digits tell the family.
 *
 * @param where the name was typed
 * @throws UsageError that says what was meant
 */
export function familyFor(where: string, name: string): { readonly family: Family; readonly id: string | null } {
  const isId = /^\d{12}$/.test(name);
  const family = FAMILY_NAMES.find((one) => (isId ? name.startsWith(FAMILIES[one].prefix) : one === name));
  if (family !== undefined) {
    return { family, id: isId ? name : null };
  }
  if (/^\d+$/.test(name)) {
    const known = FAMILY_NAMES.map((one) => `${FAMILIES[one].prefix} (${one})`).join(', ');
    throw new UsageError(`${where}: the id "${name}" should have 12 digits and begin with ${known}`);
  }
  throw new UsageError(`${where}: no inverter "${name}"; ${meantAmong(name, FAMILY_NAMES)}`);
}

/**
 * An ECU by its model or by its id.
 *
 * @throws UsageError
 */
export function kindFor(name: string): { readonly kind: EcuKind; readonly id: string | null } {
  const isId = /^\d{12}$/.test(name);
  const kind = KIND_NAMES.find((one) => (isId ? name.startsWith(ECU_KINDS[one].prefix) : one === name.toLowerCase()));
  if (kind === undefined) {
    const prefixes = KIND_NAMES.map((one) => ECU_KINDS[one].prefix).join(', ');
    throw new UsageError(
      `--ecu ${name}: one of ${KIND_NAMES.join(', ')}, or an id of 12 digits that begins with ${prefixes}`,
    );
  }
  return { kind, id: isId ? name : null };
}
