import { ecuModel, inverterFamily } from '../src/ecu/models.ts';

/** What stands in the broker about one inverter. Null for what is not known. */
export interface InverterView {
  readonly id: string;
  readonly family: string;
  readonly online: boolean | null;
  /** % */
  readonly signal: number | null;
  /** °C */
  readonly temperature: number | null;
  /** V */
  readonly voltage: number | null;
  /** Hz */
  readonly frequency: number | null;
  /** W */
  readonly power: number | null;
  /** W by panel. */
  readonly panels: readonly (number | null)[];
}

export interface EcuView {
  readonly id: string;
  readonly model: string;
  readonly available: boolean;
  /** W */
  readonly power: number | null;
  /** kWh */
  readonly today: number | null;
  /** kWh */
  readonly lifetime: number | null;
  readonly inverters: readonly InverterView[];
}

type State = Readonly<Record<string, unknown>>;

/** The ECUs whose own state has come, with the inverters that have come. */
export function viewEcus(payloads: ReadonlyMap<string, string>): EcuView[] {
  const views: EcuView[] = [];
  for (const [topic, payload] of payloads) {
    const id = /^aps\/(\d{12})$/.exec(topic)?.[1];
    if (id !== undefined) {
      const state = parse(payload);
      views.push({
        id,
        model: ecuModel(id).name,
        available: payloads.get(`${topic}/availability`) === 'online',
        power: number(state.current_power),
        today: number(state.today_energy),
        lifetime: number(state.lifetime_energy),
        inverters: viewInverters(payloads, topic),
      });
    }
  }
  return views;
}

function viewInverters(payloads: ReadonlyMap<string, string>, ecuTopic: string): InverterView[] {
  const views: InverterView[] = [];
  for (const [topic, payload] of payloads) {
    const id = topic.startsWith(`${ecuTopic}/`) ? topic.slice(ecuTopic.length + 1) : '';
    if (/^\d{12}$/.test(id)) {
      views.push(viewInverter(id, parse(payload)));
    }
  }
  return views;
}

function viewInverter(id: string, state: State): InverterView {
  const panels: (number | null)[] = [];
  for (let n = 1; `panel_${n}_power` in state; n++) {
    panels.push(number(state[`panel_${n}_power`]));
  }
  return {
    id,
    family: inverterFamily(id)?.name ?? '',
    online: typeof state.online === 'boolean' ? state.online : null,
    signal: number(state.signal),
    temperature: number(state.temperature),
    voltage: number(state.voltage),
    frequency: number(state.frequency),
    power: number(state.power),
    panels,
  };
}

const parse = (payload: string): State => JSON.parse(payload);
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
