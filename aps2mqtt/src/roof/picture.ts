import { type DrawnRoof, drawRoof } from './drawing.ts';
import { layoutInForce, type Strings } from './firstLayout.ts';
import { type Layout, panelKey } from './layout.ts';
import type { DrawnPanel } from './panelShape.ts';
import { numberOf, ownersOf, panelCount, panelsOf, type RoofEcu, type RoofPanel } from './panels.ts';
import { printShape } from './shape.ts';
import type { Theme } from './theme.ts';

/** The scale never ends lower: a morning's first watts shall not look like noon. W. */
const LOWEST_TOP = 300;

/** The roof as a picture that needs nothing else. */
export function roofPicture(saved: Layout | null, ecus: readonly RoofEcu[], theme: Theme): string {
  return printShape(drawRoof(layoutInForce(saved, stringsOf(ecus)), drawnNow(ecus), theme));
}

/** The inverters in the ECUs' order, each where it is now. */
export function stringsOf(ecus: readonly RoofEcu[]): Strings[] {
  const owners = ownersOf(ecus);
  return ecus.flatMap(({ id: ecu, inverters }) =>
    inverters
      .filter(({ id, state }) => owners.get(id) === ecu && panelCount(state) > 0)
      .map(({ id, state }) => ({ inverter: id, panels: panelCount(state) })),
  );
}

/** By power now. */
export function drawnNow(ecus: readonly RoofEcu[]): DrawnRoof {
  const panels = panelsOf(ecus);
  const top = topOf(panels.map(({ power }) => power));
  return {
    scale: 'sun',
    panels: new Map(panels.map((panel) => [panelKey(panel.inverter, panel.panel), drawn(panel, top)])),
    caption: captionOf(ecus),
  };
}

/** Where a scale of powers ends, W. */
export function topOf(powers: readonly (number | null)[]): number {
  const highest = Math.max(0, ...powers.map((power) => power ?? 0));
  return Math.max(LOWEST_TOP, Math.ceil(highest / 50) * 50);
}

function drawn(panel: RoofPanel, top: number): DrawnPanel {
  const { power, state, alarm } = panel;
  return {
    text: state === 'offline' ? '–' : power === null ? '?' : String(Math.round(power)),
    label: labelOf(panel),
    share: power === null ? null : power / top,
    isOffline: state === 'offline',
    hasAlarm: alarm !== null,
  };
}

function labelOf({ family, inverter, panel, power, state, alarm }: RoofPanel): string {
  const value = state === 'offline' ? 'offline' : power === null ? 'unknown' : `${Math.round(power)} W`;
  const words = alarm === null ? '' : `, ${alarm.kind}${alarm.reason === null ? '' : `: ${alarm.reason}`}`;
  return `${family ?? 'Inverter'} ${inverter}, panel ${panel}: ${value}${words}`;
}

/** Power and energy of all; the newest round on the right. */
function captionOf(ecus: readonly RoofEcu[]): readonly [string, string] {
  const power = sumOf(ecus.map(({ state, answers }) => (answers ? numberOf(state.current_power) : null)));
  const today = sumOf(ecus.map(({ state }) => numberOf(state.today_energy)));
  const rounds = ecus
    .map(({ state }) => state.poll_round)
    .filter((round): round is string => typeof round === 'string');
  const newest = rounds.sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1);
  const words = [power === null ? '' : `${Math.round(power)} W`, today === null ? '' : `${today.toFixed(1)} kWh`];
  return [words.filter((word) => word !== '').join(' · '), newest?.slice(11, 16) ?? ''];
}

/** Of those that are known; null where none is. */
export function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
