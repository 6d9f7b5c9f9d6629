import { DateTime } from 'luxon';
import { getPosition } from 'suncalc';
import type { WeakFrom, YearsDescription } from './description.ts';
import { type Random, randomOf } from './random.ts';
import { panelsOf, type YearPanel } from './roof.ts';
import { type DaySky, skyOf } from './sky.ts';
import { type DayEvents, eventsOf } from './weather.ts';

/** A day's rounds, as the history has them: by column, an empty place is null. */
export interface SimulatedDay {
  /** `yyyy-mm-dd`. */
  readonly day: string;
  /** ISO 8601 with the offset of the zone. */
  readonly stamps: readonly string[];
  /** ms since 1970. */
  readonly times: readonly number[];
  readonly columns: ReadonlyMap<string, readonly (number | null)[]>;
}

/** Sine of the sun's altitude where an inverter wakes on a clear day. */
const RISES_AT = 0.02;
/** W of all its panels that keep an inverter awake. */
const WAKES_AT = 4;
const radians = Math.PI / 180;

interface Moment {
  /** ms since 1970. */
  readonly time: number;
  readonly stamp: string;
  readonly hour: number;
  readonly altitude: number;
  readonly azimuth: number;
}

/** The days, one after the other: the same ones for the same description. Days without any round are left out. */
export function* simulateYears(description: YearsDescription): Generator<SimulatedDay> {
  const { days, lastDay, seed, position, inverters } = description;
  const panels = panelsOf(description);
  const roundsADay = Math.floor(86_400 / description.round);
  const events = eventsOf(description, panels.length, roundsADay);
  const last = DateTime.fromISO(lastDay, { zone: description.timeZone });
  for (const [index, event] of events.entries()) {
    const date = last.minus({ days: days - 1 - index });
    const moments = momentsOf(date, description).filter((_, place, all) => {
      const part = place / all.length;
      return event.gap === null || part < event.gap.from || part >= event.gap.to;
    });
    const sky = skyOf(seed, index, date.ordinal, moments.length, position.latitude >= 0);
    const here = new Set(inverters.filter(({ from = 0 }) => index >= from).map(({ id }) => id));
    if (moments.length > 0 && here.size > 0) {
      yield {
        day: date.toFormat('yyyy-MM-dd'),
        stamps: moments.map(({ stamp }) => stamp),
        times: moments.map(({ time }) => time),
        columns: columnsOf({ description, panels, index, event, sky, moments, here }),
      };
    }
  }
}

/** Rounds from sunrise to sunset, and a few around. */
function momentsOf(date: DateTime, { position, round }: YearsDescription): Moment[] {
  const start = date.startOf('day');
  const [first, end] = [start.toMillis(), start.plus({ days: 1 }).toMillis()];
  const found: Moment[] = [];
  for (let time = Math.ceil(first / (round * 1000)) * round * 1000; time < end; time += round * 1000) {
    const { altitude, azimuth } = getPosition(new Date(time), position.latitude, position.longitude);
    if (altitude > 0) {
      const local = DateTime.fromMillis(time, { zone: date.zone });
      const stamp = local.toISO({ suppressMilliseconds: true }) ?? '';
      found.push({ time, stamp, hour: local.hour + local.minute / 60, altitude, azimuth });
    }
  }
  return found;
}

interface Day {
  readonly description: YearsDescription;
  readonly panels: readonly YearPanel[];
  readonly index: number;
  readonly event: DayEvents;
  readonly sky: DaySky;
  readonly moments: readonly Moment[];
  readonly here: ReadonlySet<string>;
}

function columnsOf(day: Day): Map<string, (number | null)[]> {
  const { description, panels, index, moments, sky, here } = day;
  const columns = new Map<string, (number | null)[]>();
  for (const { id } of description.inverters.filter((one) => here.has(one.id))) {
    const random = randomOf(`${description.seed}${id}day${index}`);
    // Each inverter is asked at another moment of the round, and may see another cloud.
    const clouds = moments.map(() => 1 + sky.spread * random.bell());
    const own = panels.flatMap((panel, place) => (panel.inverter === id ? [{ panel, place }] : []));
    const powers = own.map(({ panel, place }) => powersOf(day, panel, place, clouds, random));
    const isSilent = (hour: number) =>
      description.weak.some((weak) => weak.inverter === id && weak.panel === null && isOn(weak, index, hour));
    const online = moments.map(({ hour }, at) => {
      const watts = powers.reduce((sum, values) => sum + (values[at] ?? 0), 0);
      return watts >= WAKES_AT && !isSilent(hour);
    });
    for (const [at, { panel }] of own.entries()) {
      const values = powers[at] ?? [];
      columns.set(
        `${id}/${panel.panel}`,
        values.map((watts, round) => (online[round] === true ? watts : 0)),
      );
    }
    columns.set(
      `${id}/online`,
      online.map((isOnline) => Number(isOnline)),
    );
    columns.set(
      `${id}/temperature`,
      online.map((isOnline, at) => (isOnline ? temperatureOf(day, at, powers) : null)),
    );
  }
  return columns;
}

function temperatureOf({ sky, event, moments }: Day, at: number, powers: readonly number[][]): number {
  const watts = powers.reduce((sum, values) => sum + (values[at] ?? 0), 0);
  const outside = event.snowUntil === null ? sky.temperature : Math.min(sky.temperature, -1);
  const warming = 6 * Math.sin((Math.PI * at) / moments.length);
  return Math.round(outside + warming + 0.03 * watts);
}

function powersOf(day: Day, panel: YearPanel, place: number, clouds: readonly number[], random: Random): number[] {
  const { description, index, event, sky, moments } = day;
  const { weak } = description;
  const faults = weak.filter(
    (one) => one.inverter === panel.inverter && one.panel === panel.panel && index >= one.from,
  );
  const azimuth = panel.moved !== null && index >= panel.moved.day ? panel.moved.azimuth : panel.azimuth;
  const [sinTilt, cosTilt] = [Math.sin(panel.tilt * radians), Math.cos(panel.tilt * radians)];
  const whiteUntil = event.snowUntil?.[place] ?? 0;
  const firstRound = 86_400 / description.round / 2 - moments.length / 2;
  return moments.map((moment, at) => {
    const sinAltitude = Math.sin(moment.altitude * radians);
    const facing =
      sinAltitude * cosTilt +
      Math.cos(moment.altitude * radians) * sinTilt * Math.cos((moment.azimuth - azimuth) * radians);
    // As much as an atmosphere of its thickness leaves.
    const clear = sinAltitude < RISES_AT ? 0 : 0.98 * 0.75 ** ((1 / (sinAltitude + 0.02)) ** 0.7);
    const chimney = panel.chimney;
    const isShaded =
      chimney !== null &&
      moment.azimuth >= chimney.from &&
      moment.azimuth <= chimney.to &&
      moment.altitude <= chimney.below;
    const beam =
      clear * Math.max(0, facing) * (sky.beam[at] ?? 0) * (clouds[at] ?? 1) * (isShaded ? 1 - chimney.part : 1);
    const diffuse = 0.13 * sinAltitude ** 0.6 * (sky.diffuse[at] ?? 0) * ((1 + cosTilt) / 2);
    let watts = panel.peak * (1.08 * beam + diffuse) * event.dirt * (1 + 0.006 * random.bell());
    if (firstRound + at < whiteUntil) {
      watts *= 0.01;
    }
    for (const fault of faults) {
      watts *= factorOf(fault, index, moment.hour);
    }
    const part = at / moments.length;
    const { limit } = event;
    const isLimited = limit !== null && part >= limit.from && part < limit.to;
    const most = Math.min(panel.limit, isLimited ? limit.watts : panel.limit);
    const noise = watts > most ? most + random.between(-0.6, 0.6) : watts;
    return Math.max(0, Math.round(noise < 1.5 ? 0 : noise));
  });
}

function isOn({ from, until = Number.POSITIVE_INFINITY, hour = 0 }: WeakFrom, index: number, now: number): boolean {
  return index < until && (index > from || (index === from && now >= hour));
}

function factorOf(fault: WeakFrom, index: number, hour: number): number {
  const { factor, from, over = 0, hours } = fault;
  if (!isOn(fault, index, hour) || (hours !== undefined && (hour < hours[0] || hour >= hours[1]))) {
    return 1;
  }
  const done = over === 0 ? 1 : Math.min(1, (index - from + 1) / over);
  return 1 - done * (1 - factor);
}
