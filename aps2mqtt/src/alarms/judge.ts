import type { Language } from '../language.ts';
import { GOOD_DAYS_TO_JUDGE, type InverterVerdict, type PanelVerdict, type Problem } from '../site/verdict.ts';
import { curvesOf, type DayCurves, energyIn, rowOf } from './dayCurves.ts';
import { type DayTable, inverterOf, panelOf } from './dayTable.ts';
import { GoodDays } from './goodDays.ts';
import { type Group, groupDay, type PanelDay, panelDay, wholeDay } from './groupDay.ts';
import { FEWEST_IN_GROUP } from './likeness.ts';
import { fitOf, Moves } from './moves.ts';
import { correlation } from './numbers.ts';
import { PanelPast } from './panelPast.ts';
import { type BareProblem, lowProblem, withoutPower } from './problems.ts';
import { reasonOf } from './reasons.ts';
import { type RoofGroup, RoofGroups, type SideOf } from './roofGroups.ts';
import { SilenceWatch } from './silence.ts';
import { Snow } from './snow.ts';

/** Good days that are kept, to begin with a group or a panel. */
const WINDOW = 12;
/** A panel that nobody has listed for so long may be forgotten. */
const LEFT_MS = 60 * 86_400_000;
/** Part of its neighbours that a panel makes below snow, or when it is dead. */
const WHITE = 0.1;

/** Judges the panels of one ECU, day by day: the same days in the same order give the same verdict. */
export class Judge {
  readonly #groups: RoofGroups;
  readonly #language: () => Language;
  readonly #window: DayCurves[] = [];
  /** Of the whole roof: as long as there are no groups. */
  readonly #roofDays = new GoodDays();
  readonly #pasts = new Map<string, PanelPast>();
  readonly #moves = new Moves();
  readonly #snow = new Snow();
  readonly #silences = new SilenceWatch();
  /** ms since 1970 of the last day, by panel. */
  readonly #lastListed = new Map<string, number>();

  /**
   * @param sideOf by the person's layout
   * @param language of the reasons
   */
  constructor(sideOf: SideOf = () => null, language: () => Language = () => 'en') {
    this.#language = language;
    this.#groups = new RoofGroups(sideOf);
  }

  /** Takes a day that is over. */
  takeDay(table: DayTable): void {
    const curves = curvesOf(table);
    this.#silences.takeDay(table, curves, this.#neighbourhood());
    this.#close(curves);
  }

  /** Takes rounds of today, from one on: for panels that are dead, and inverters that are silent. */
  takeRounds(today: DayTable, from: number): void {
    this.#silences.takeRounds(today, from, this.#neighbourhood());
  }

  /** Takes a day that is over, and whose rounds were taken. */
  closeDay(table: DayTable): void {
    this.#close(curvesOf(table));
  }

  #neighbourhood() {
    return {
      neighboursOf: (key: string) => this.#groups.of(key)?.witnesses ?? null,
      isThawing: this.#snow.mayLie,
    };
  }

  #close(curves: DayCurves): void {
    const kind = this.#roofDays.take(wholeDay(curves));
    if (kind === 'good') {
      this.#window.push(curves);
      this.#window.splice(0, this.#window.length - WINDOW);
    }
    this.#snow.take(curves, kind === 'dark');
    const days = new Map(this.#groups.all.map((group) => [group, groupDay(group, curves)]));
    for (const group of this.#groups.all) {
      this.#judge(group, curves, days);
    }
    this.#settle(curves.keys);
    this.#forgetLeft(curves.keys, Date.parse(curves.day));
  }

  /** @param panels how many it has */
  verdict(inverterId: string, panels: number): InverterVerdict {
    const keys = Array.from({ length: panels }, (_, index) => `${inverterId}/${index + 1}`);
    const silence = this.#silences.inverter(inverterId);
    const offline = silence === null ? [] : [this.#told(withoutPower(null, 'offline', silence.since))];
    return {
      problems: [...offline, ...keys.flatMap((key) => this.#problemOf(key) ?? [])],
      panels: keys.map((key) => this.#panelVerdict(key)),
    };
  }

  #panelVerdict(key: string): PanelVerdict {
    const past = this.#pasts.get(key);
    const share = past?.share ?? null;
    return {
      ratio: share === null ? null : Math.round(share * 1000) / 10,
      goodDays: past?.goodDays ?? Math.min(GOOD_DAYS_TO_JUDGE - 1, this.#daysOf(key)),
    };
  }

  #problemOf(key: string): Problem | null {
    const dead = this.#silences.panel(key);
    const past = this.#pasts.get(key);
    const problem =
      dead !== null
        ? withoutPower(panelOf(key), 'dead', dead.since)
        : past && lowProblem(panelOf(key), past, this.#window.at(-1)?.offset ?? 0);
    return problem ? this.#told(problem) : null;
  }

  #told(problem: BareProblem): Problem {
    return { ...problem, reason: reasonOf(problem, this.#language()) };
  }

  #judge(group: RoofGroup, curves: DayCurves, days: Map<Group, ReturnType<typeof groupDay>>): void {
    const dayOf = (one: Group) => {
      // A group that a panel has moved to a moment ago is another one.
      const known = days.get(one) ?? groupDay(one, curves);
      days.set(one, known);
      return known;
    };
    const { day, witnessed } = dayOf(group);
    if (group.days.take(day) !== 'good') {
      return;
    }
    const others = this.#groups.all.filter((one) => one !== group && one.members.length >= FEWEST_IN_GROUP);
    const panels = new Map(group.members.map((key) => [key, panelDay(key, group, day, witnessed, curves)]));
    const season = group.days.isStrict ? this.#seasonOf(panels, day.curve) : 1;
    for (const [key, one] of panels) {
      if (one === null) {
        continue;
      }
      const past = this.#pastOf(key);
      // Without power it goes with no side of the roof.
      const fit =
        one.ratio < WHITE
          ? null
          : fitOf(rowOf(key, curves), group, others, (one) => dayOf(one).day.curve, this.#moves.usual(key));
      if (fit !== null && this.#moves.take(key, fit)) {
        this.#pasts.delete(key);
        this.#groups.move(key, fit.target ?? group);
      } else if (fit === null || fit.target === null) {
        past.take(curves.day, without(season, one), day.curve, this.#mayBeWhite(past));
      }
    }
  }

  /** What a few panels that look elsewhere than their witnesses have lost together: the sun stands lower, or higher. */
  #seasonOf(panels: ReadonlyMap<string, PanelDay | null>, curve: Float32Array): number {
    const shares = [...panels].flatMap(([key, one]) => (one && this.#pasts.get(key)?.shareOf(one, curve)) ?? []);
    return shares.length < 2 ? 1 : Math.min(1, Math.max(...shares));
  }

  #mayBeWhite({ isSuspect, lastFine }: PanelPast): boolean {
    return this.#snow.mayLie && !isSuspect && lastFine <= this.#snow.lastDay;
  }

  /** Finds groups for panels that have been here for long enough: the days that are kept are their first ones. */
  #settle(keys: readonly string[]): void {
    const isKnown = (key: string) => this.#daysOf(key) >= GOOD_DAYS_TO_JUDGE;
    const news = keys.filter((key) => this.#groups.of(key) === null && isKnown(key));
    if (news.length === 0) {
      return;
    }
    const isNew = new Set(news);
    this.#groups.join(news, this.#window);
    const owns = new Map(news.map((key) => [key, [] as number[]]));
    for (const curves of this.#window) {
      for (const group of new Set(news.flatMap((key) => this.#groups.of(key) ?? []))) {
        const { day, witnessed } = groupDay(group, curves);
        for (const key of group.members.filter((one) => isNew.has(one))) {
          const one = panelDay(key, group, day, witnessed, curves);
          if (one !== null) {
            this.#pastOf(key).take(curves.day, one, day.curve, false);
            owns.get(key)?.push(correlation(rowOf(key, curves), day.curve));
          }
        }
      }
    }
    for (const [key, days] of owns) {
      if (days.length > 0) {
        this.#moves.begin(key, days);
      }
    }
  }

  /** How many of the days that are kept it made power on. */
  #daysOf(key: string): number {
    return this.#window.filter((day) => energyIn(key, day) > 0).length;
  }

  #pastOf(key: string): PanelPast {
    const past = this.#pasts.get(key) ?? new PanelPast();
    this.#pasts.set(key, past);
    return past;
  }

  #forgetLeft(keys: readonly string[], today: number): void {
    for (const key of keys) {
      this.#lastListed.set(key, today);
    }
    for (const [key, day] of this.#lastListed) {
      if (today - day > LEFT_MS) {
        this.#lastListed.delete(key);
        this.#pasts.delete(key);
        this.#moves.forget(key);
        this.#groups.remove(key);
        this.#silences.forget(inverterOf(key));
      }
    }
  }
}

function without(season: number, { ratio, ratios }: PanelDay): PanelDay {
  return { ratio: ratio / season, ratios: ratios.map((one) => one / season) };
}
