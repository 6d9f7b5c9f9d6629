import { Counter, Gauge, Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { BoardEcu } from '../roof/board.ts';
import { numberOf, ownersOf, panelsOf } from '../roof/panels.ts';

const KWH = 1_000;

/** Sets a value; null leaves it out. */
type Metric = (labels: Readonly<Record<string, string>>, value: number | null) => void;

/** For Prometheus, text format 0.0.4. A value that is not known is left out. */
export function metricsOf(ecus: () => readonly BoardEcu[], clock: Clock): { print(): Promise<string>; type: string } {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: readonly string[]): Metric => {
    const metric = new Gauge({ name, help, labelNames, registers: [registry] });
    return (labels, value) => value !== null && metric.set(labels, value);
  };
  const counter = (name: string, help: string, labelNames: readonly string[]): Metric => {
    const metric = new Counter({ name, help, labelNames, registers: [registry] });
    return (labels, value) => value !== null && metric.inc(labels, Math.max(0, value));
  };
  const panel = ['ecu', 'inverter', 'panel'];
  const inverter = ['ecu', 'inverter'];
  const ecu = ['ecu'];
  const metrics = {
    panelPower: gauge('aps_panel_power_watts', 'Power of a panel.', panel),
    panelEnergy: counter(
      'aps_panel_energy_watt_hours_total',
      'Energy of a panel since this program first saw it.',
      panel,
    ),
    inverterPower: gauge('aps_inverter_power_watts', 'Power of an inverter.', inverter),
    inverterEnergy: counter(
      'aps_inverter_energy_watt_hours_total',
      'Energy of an inverter since this program first saw it.',
      inverter,
    ),
    online: gauge('aps_inverter_online', 'Does the ECU hear the inverter? 1 or 0.', inverter),
    temperature: gauge('aps_inverter_temperature_celsius', 'Temperature of an inverter.', inverter),
    voltage: gauge('aps_inverter_grid_volts', 'Grid voltage at an inverter.', inverter),
    frequency: gauge('aps_inverter_grid_hertz', 'Grid frequency at an inverter.', inverter),
    ecuPower: gauge('aps_ecu_power_watts', 'Power of all inverters of an ECU.', ecu),
    ecuEnergy: counter('aps_ecu_energy_watt_hours_total', 'Lifetime energy that an ECU tells.', ecu),
    answers: gauge('aps_ecu_answers', 'Does the ECU answer? 1 or 0.', ecu),
    age: gauge('aps_round_age_seconds', 'Age of the newest poll round of an ECU.', ecu),
  };

  function collect(): void {
    const all = ecus();
    const owners = ownersOf(all);
    for (const one of panelsOf(all)) {
      const labels = { ecu: one.ecu, inverter: one.inverter, panel: String(one.panel) };
      metrics.panelPower(labels, one.power);
      metrics.panelEnergy(labels, scaled(one.energy));
    }
    for (const { id, answers, state, inverters } of all) {
      const live = (value: unknown) => (answers ? numberOf(value) : null);
      metrics.answers({ ecu: id }, answers ? 1 : 0);
      metrics.ecuPower({ ecu: id }, live(state.current_power));
      metrics.ecuEnergy({ ecu: id }, scaled(numberOf(state.lifetime_energy)));
      const { poll_round: round } = state;
      metrics.age({ ecu: id }, typeof round === 'string' ? (clock.now().getTime() - Date.parse(round)) / 1_000 : null);
      for (const { id: inverterId, state: values } of inverters.filter((it) => owners.get(it.id) === id)) {
        const labels = { ecu: id, inverter: inverterId };
        metrics.inverterPower(labels, live(values.power));
        metrics.inverterEnergy(labels, scaled(numberOf(values.energy)));
        metrics.online(labels, answers && typeof values.online === 'boolean' ? Number(values.online) : null);
        metrics.temperature(labels, live(values.temperature));
        metrics.voltage(labels, live(values.voltage));
        metrics.frequency(labels, live(values.frequency));
      }
    }
  }

  return {
    type: registry.contentType,
    print: () => {
      registry.resetMetrics();
      collect();
      return registry.metrics();
    },
  };
}

const scaled = (kWh: number | null) => (kWh === null ? null : kWh * KWH);
