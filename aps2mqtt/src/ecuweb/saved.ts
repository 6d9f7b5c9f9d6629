import { asObject, isObject } from '../json.ts';
import type { ExportControl, InverterSwitch } from '../site/extras.ts';
import type { MeterEnergy } from './meterEnergy.ts';

/** What is kept over a restart: nothing of it can be read back. */
export interface SavedWeb extends ExportControl {
  readonly inverters: Readonly<Record<string, InverterSwitch>>;
  readonly meter: MeterEnergy | null;
}

export const NOTHING_SAVED_OF_WEB: SavedWeb = { inverters: {}, zeroExport: null, exportLimit: null, meter: null };

/** Whatever can be used of it: nothing in the file is taken on trust. */
export function parseSavedWeb(value: unknown): SavedWeb {
  const { inverters, zeroExport, exportLimit, meter } = asObject(value);
  return {
    inverters: Object.fromEntries(
      Object.entries(asObject(inverters))
        .filter(([id]) => /^\d{12}$/.test(id))
        .map(([id, one]) => {
          const { switchedOn, maxPower } = asObject(one);
          return [id, { switchedOn: asSwitch(switchedOn), maxPower: asAmount(maxPower) }];
        }),
    ),
    zeroExport: asSwitch(zeroExport),
    exportLimit: asAmount(exportLimit),
    meter: isObject(meter) ? parseEnergy(meter) : null,
  };
}

function parseEnergy(meter: Readonly<Record<string, unknown>>): MeterEnergy | null {
  const gridImport = asAmount(meter.gridImport);
  const gridExport = asAmount(meter.gridExport);
  const countedTo = asAmount(meter.countedTo);
  return gridImport === null || gridExport === null || countedTo === null
    ? null
    : { gridImport, gridExport, countedTo };
}

const asSwitch = (value: unknown) => (typeof value === 'boolean' ? value : null);

const asAmount = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null);
