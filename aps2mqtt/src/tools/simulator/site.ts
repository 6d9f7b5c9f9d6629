import type { Clock } from '../../clock.ts';
import type { InverterRecord } from '../../ecu/inverters.ts';
import { ECU_KINDS, type Inverter, panelCountOf, type SiteDescription } from './description.ts';
import { energyLedger } from './energy.ts';
import { addTo, ecuIdOf, invertersOf, newInverterId } from './inverterList.ts';
import { signalOf } from './measure.ts';
import { panelsOf, withPanel } from './panels.ts';
import { regularRounds } from './rounds.ts';
import { answer, type Overrides, panelPowers, readInverter, totalPower } from './siteReplies.ts';
import type { SimulatedSite, SiteState } from './siteState.ts';
import { secondsBetween, sunAt, type Weather, weatherAt } from './sun.ts';
import { wallClock } from './wallClock.ts';

export type { SimulatedSite, SiteState } from './siteState.ts';

const PARIS = { latitude: 48.86, longitude: 2.35 };

/** @throws RangeError when the description contradicts itself */
export function simulatedSite(description: SiteDescription, clock: Pick<Clock, 'now'>): SimulatedSite {
  const { position = PARIS, timeZone = 'Europe/Paris', round = 300, delay = 10, clouds = 0, seed = '' } = description;
  const { lifetimeEnergy = 1234.5, todayEnergy, lifetimeStep, lyingToday } = description;
  const { system, firmware } = ECU_KINDS[description.ecu];
  const inverters = invertersOf(description);
  const limits: { readonly from: number; readonly part: number }[] = [];
  const overrides: Overrides = {
    powers: new Map(),
    records: new Map(),
    summary: {},
    status: '00',
    limitAt: (at) => limits.findLast(({ from }) => from <= at)?.part ?? 1,
  };
  const wall = wallClock(timeZone);
  let ecuId = ecuIdOf(description);
  /** s that its sun is ahead. */
  let sunOffset = description.sunOffset ?? 0;
  let isFrozen = false;
  let lastUpload: number | null = null;
  let rounds = regularRounds(round, delay);
  /** The round that shows. */
  let current = rounds.visibleAt(wall.midnight(rounds.visibleAt(clock.now().getTime())));
  const energy = energyLedger({ day: wall.day(current), trueDay: wall.trueDay(current) }, lifetimeStep);
  catchUp();
  energy.setLifetime(lifetimeEnergy);
  if (todayEnergy !== undefined) {
    energy.setToday(todayEnergy);
  }
  if (lyingToday !== undefined) {
    energy.lie(lyingToday);
  }

  /** Takes the rounds that have come to show by now, one after the other. */
  function catchUp(): void {
    const visible = isFrozen ? current : rounds.visibleAt(clock.now().getTime());
    while (current < visible) {
      current = rounds.next(current);
      const records = read();
      energy.add({
        powers: panelPowers(records),
        seconds: rounds.length / 1000,
        day: wall.day(current),
        trueDay: wall.trueDay(current),
      });
      if (records.some(({ online }) => online)) {
        lastUpload = current;
      }
    }
  }

  function weatherNow(): Weather {
    return weatherAt(new Date(current + sunOffset * 1000), position, clouds, seed);
  }

  function read(): InverterRecord[] {
    const weather = weatherNow();
    return inverters.map((inverter) => readInverter(inverter, weather, current, overrides));
  }

  function state(): SiteState {
    catchUp();
    const records = read();
    const isLinux = system === 'linux';
    const summary = {
      ecuId,
      deviceClass: '01',
      lifetimeEnergy: energy.lifetime(),
      currentPower: totalPower(records),
      todayEnergy: energy.today(),
      lastUpload: isLinux && lastUpload !== null ? wall.stamp(lastUpload) : null,
      invertersRegistered: records.length,
      invertersOnline: records.filter(({ online }) => online).length,
      firmware,
      // An RTOS ECU says this wherever it is.
      timeZone: isLinux ? timeZone : 'Etc/GMT-8',
    } as const;
    return {
      round: new Date(current),
      showsAt: new Date(rounds.showsAt(current)),
      stamp: wall.stamp(current),
      summary: { ...summary, ...overrides.summary },
      records,
      signal: readSignal(),
      isDay: weatherNow().isDay,
      energies: energy.panels(),
    };
  }

  /** In another order than the inverters'. One that sleeps keeps its signal, one never heard has none. */
  function readSignal(): ReadonlyMap<string, number> {
    const raw = ({ id, state }: Inverter) => (state === 'neverHeard' ? 0 : signalOf(id, current));
    return new Map(inverters.toReversed().map((inverter) => [inverter.id, raw(inverter)]));
  }

  /** Puts others, or nothing, in the place of an inverter. */
  function replace(id: string, others: (inverter: Inverter) => Inverter[]): void {
    const inverter = inverters.find((candidate) => candidate.id === id);
    if (inverter === undefined) {
      throw new RangeError(`no inverter ${id} here`);
    }
    catchUp();
    inverters.splice(inverters.indexOf(inverter), 1, ...others(inverter));
  }

  return {
    state,
    inverters,
    reply: (request) => answer(request, state(), overrides, ecuId, system),
    addInverter(family, id = newInverterId(family, inverters, seed)) {
      catchUp();
      addTo(inverters, { family, id, state: 'online', panels: panelsOf(panelCountOf(family)) });
      return id;
    },
    removeInverter: (id) => replace(id, () => []),
    setInverter: (id, newState) => replace(id, (inverter) => [{ ...inverter, state: newState }]),
    setPanel: (id, panel, change) =>
      replace(id, (inverter) => [{ ...inverter, panels: withPanel(inverter.panels, panel, change) }]),
    setPowers: (id, powers) => {
      catchUp();
      overrides.powers.set(id, powers);
    },
    setRecord: (id, record) => {
      catchUp();
      overrides.records.set(id, record);
    },
    setEcuId: (id) => {
      ecuId = id;
    },
    setLifetimeEnergy: (kWh) => {
      catchUp();
      energy.setLifetime(kWh);
    },
    setTodayEnergy: (kWh) => {
      catchUp();
      energy.setToday(kWh);
    },
    overrideSummary: (values) => {
      overrides.summary = values;
    },
    setStatus: (status) => {
      overrides.status = status;
    },
    setClockOffset: (seconds) => {
      catchUp();
      wall.offset = seconds;
    },
    sendSun: (to) => {
      catchUp();
      const now = new Date(current);
      const there = to === null ? now : sunAt(to, now, position);
      sunOffset = there === null ? sunOffset : secondsBetween(now, there);
      return there !== null;
    },
    limitPower: (part, from) => {
      limits.push({ part, from: from.getTime() });
      limits.splice(0, limits.length - 20);
    },
    freeze: (on) => {
      catchUp();
      isFrozen = on;
    },
    setRounds: (length, newDelay) => {
      catchUp();
      rounds = regularRounds(length, newDelay, current);
    },
  };
}
