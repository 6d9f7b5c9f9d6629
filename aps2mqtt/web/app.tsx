import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { EMPTY_LAYOUT, type Layout, panelKey } from '../src/roof/layout.ts';
import { type Day, getDay, getDays, getLayout, type State } from './api.ts';
import { Arrange } from './arrange.tsx';
import { useBackground } from './background.ts';
import { type Colouring, colourPanels, MODES, type Mode, titleOf } from './colouring.ts';
import { DayTrack } from './dayTrack.tsx';
import { amount, kilowattHours } from './format.ts';
import { Head } from './head.tsx';
import { Help } from './help.tsx';
import { Legend } from './legend.tsx';
import { useLive } from './live.ts';
import { PanelView } from './panelView.tsx';
import { RoofView } from './roofView.tsx';
import { type Timeline, timelineOf, withNewest } from './timeline.ts';
import { words } from './words.ts';

export function App() {
  const live = useLive();
  const { state } = live;
  const [layout, setLayout] = useLayout(state);
  const today = todayOf(state);
  const [picked, setPicked] = useState<string | null>(null);
  const day = picked ?? today;
  const { timeline, newest, days } = useHistory(state, day, today);
  const [index, setIndex] = useState<number | null>(null);
  const [mode, setMode] = useState<Mode>('power');
  const [chosen, setChosen] = useState<string | null>(null);
  const [hinted, setHinted] = useState<string | null>(null);
  const [isArranging, setArranging] = useState(false);
  const background = useBackground(layout.background);

  const isNow = day === today && index === null;
  const moment = useMemo(
    () => (isNow || timeline === null ? null : { timeline, index: index ?? timeline.stamps.length - 1 }),
    [isNow, timeline, index],
  );
  const colouring = useMemo(
    () => (state === null ? null : colourPanels(state, layout, mode, moment, newest)),
    [state, layout, mode, moment, newest],
  );
  const goTo = useCallback(
    (next: string) => {
      setPicked(next === today ? null : next);
      setIndex(null);
    },
    [today],
  );

  if (state === null || colouring === null) {
    return <main class="waiting">{live.problem === null ? words.loading : `${words.loading} ${live.problem}`}</main>;
  }
  const shown = chosen === null ? undefined : colouring.shown.get(chosen);
  return (
    <main class={live.problem === null ? '' : 'stale'}>
      <h1 class="unseen">{words.title}</h1>
      <Head live={live} />
      {state.ecus.length === 0 && <p class="card">{words.nobody}</p>}
      <div class="columns">
        <section class="card" aria-label={words.roof}>
          {isArranging ? (
            <Arrange
              layout={layout}
              roof={colouring.roof}
              state={state}
              onLayout={setLayout}
              onDone={() => setArranging(false)}
            />
          ) : (
            <>
              <div class="row top">
                <ModePicker mode={mode} isNow={isNow} onMode={setMode} />
                <button type="button" onClick={() => setArranging(true)}>
                  {words.arrange}
                </button>
              </div>
              <RoofView
                layout={layout}
                colouring={colouring}
                background={background}
                chosen={chosen}
                onChoose={(key) => setChosen(key === chosen ? null : key)}
                onHint={setHinted}
              />
              <p class="hint" aria-hidden="true">
                {hintFor(hinted ?? chosen, colouring, layout, state)}
              </p>
              <Legend scale={colouring.roof.scale} ends={colouring.ends} />
              <DayTrack
                timeline={timeline}
                index={index}
                onIndex={setIndex}
                day={day}
                days={days}
                today={today}
                onDay={goTo}
              />
            </>
          )}
        </section>
        {shown !== undefined && !isArranging && (
          <PanelView
            key={chosen}
            shown={shown}
            state={state}
            layout={layout}
            timeline={timeline}
            moment={moment}
            onClose={() => setChosen(null)}
          />
        )}
      </div>
      <Help state={state} day={day} hasDay={timeline !== null} />
    </main>
  );
}

interface ModeProps {
  readonly mode: Mode;
  readonly isNow: boolean;
  readonly onMode: (mode: Mode) => void;
}

function ModePicker({ mode, isNow, onMode }: ModeProps) {
  const names: Readonly<Record<Mode, string>> = {
    power: isNow ? words.byPower : words.byPowerThen,
    energy: isNow ? words.byEnergy : words.byEnergyThen,
    side: words.bySide,
    past: words.byPast,
  };
  return (
    <fieldset class="modes">
      <legend class="unseen">{words.colourBy}</legend>
      {MODES.map((one) => (
        <label key={one}>
          <input type="radio" name="mode" value={one} checked={one === mode} onChange={() => onMode(one)} />
          <span>{names[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** One line about the panel under the finger, with all its values. */
function hintFor(key: string | null, { shown, roof }: Colouring, layout: Layout, state: State): string {
  const one = key === null ? undefined : shown.get(key);
  if (one === undefined || key === null) {
    return words.choosePanel;
  }
  const { panel, power, energy, isOffline } = one;
  const inverter = state.inverters.find(({ id }) => id === panel.inverter);
  const values = [
    isOffline ? words.offline : power === null ? words.unknown : amount(power, 'W'),
    energy === null ? null : kilowattHours(energy),
    typeof inverter?.temperature === 'number' ? amount(inverter.temperature, '°C') : null,
    typeof inverter?.signal === 'number' ? `${words.signal} ${amount(inverter.signal, '%')}` : null,
    roof.panels.get(key)?.hasAlarm ? words.alarm : null,
  ];
  return `${titleOf(panel, layout)}: ${values.filter((value) => value !== null).join(' · ')}`;
}

/** The day of the newest round, by the ECU's clock. */
function todayOf(state: State | null): string {
  const rounds = state?.ecus.flatMap(({ poll_round }) => poll_round ?? []) ?? [];
  return rounds.sort().at(-1)?.slice(0, 10) ?? localDay(new Date());
}

function localDay(date: Date): string {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

/** The layout in force; asked for again when there are panels that it does not know. */
function useLayout(state: State | null): readonly [Layout, (layout: Layout) => void] {
  const [layout, setLayout] = useState<Layout | null>(null);
  const known = new Set(layout?.panels.map(({ inverter, panel }) => panelKey(inverter, panel)));
  const missing = (state?.panels ?? [])
    .map(({ inverter, panel }) => panelKey(inverter, panel))
    .filter((key) => !known.has(key));
  const news = layout === null ? '' : missing.join();
  useEffect(() => {
    // At once, beside the state: the roof needs both.
    if (news !== '' || layout === null) {
      getLayout().then(setLayout, () => {});
    }
  }, [news, layout === null ? state : null]);
  return [layout ?? EMPTY_LAYOUT, setLayout];
}

interface Past {
  /** Of the day that is shown; null where nothing is kept of it. */
  readonly timeline: Timeline | null;
  readonly newest: Timeline | null;
  readonly days: readonly string[];
}

/** A gap in today's rounds after which the whole day is asked for again, ms. */
const GAP_MS = 15 * 60_000;

function useHistory(state: State | null, day: string, today: string): Past {
  const [days, setDays] = useState<readonly string[] | null>(null);
  const [now, setNow] = useState<Day | null>(null);
  const [then, setThen] = useState<Day | null>(null);
  const hasState = state !== null;
  useEffect(() => {
    if (hasState) {
      getDays().then(setDays, () => setDays([]));
    }
  }, [hasState, today]);
  useEffect(() => {
    if (state === null || days === null) {
      return;
    }
    const last = now?.ecus
      .flatMap(({ rounds }) => rounds.at(-1) ?? [])
      .sort()
      .at(-1);
    const isLate = last === undefined || now?.day !== today || Date.parse(state.now) - Date.parse(last) > GAP_MS;
    if (isLate && (days.includes(today) || now?.day === today)) {
      getDay(today).then(
        (read) => setNow(withNewest(read, state)),
        () => setNow(withNewest(null, state)),
      );
    } else {
      setNow(withNewest(now, state));
    }
  }, [state, days]);
  useEffect(() => {
    setThen(null);
    if (day !== today && days?.includes(day)) {
      getDay(day).then(setThen, () => setThen(null));
    }
  }, [day, today, days]);
  const newest = useMemo(
    () => (now === null || now.ecus.every(({ rounds }) => rounds.length === 0) ? null : timelineOf(now)),
    [now],
  );
  const past = useMemo(() => (then === null || then.day !== day ? null : timelineOf(then)), [then, day]);
  return { timeline: day === today ? newest : past, newest, days: days ?? [] };
}
