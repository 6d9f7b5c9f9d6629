import { useCallback, useMemo, useState } from 'preact/hooks';
import type { Layout } from '../src/roof/layout.ts';
import type { State } from './api.ts';
import { Arrange } from './arrange.tsx';
import { useBackground } from './background.ts';
import { type Colouring, colourPanels, type Mode, titleOf } from './colouring.ts';
import { DayTrack } from './dayTrack.tsx';
import { amount, kilowattHours } from './format.ts';
import { Head } from './head.tsx';
import { Help } from './help.tsx';
import { useLayout } from './layout.ts';
import { Legend } from './legend.tsx';
import { useLive } from './live.ts';
import { ModePicker } from './modePicker.tsx';
import { PanelView } from './panelView.tsx';
import { todayOf, usePast } from './past.ts';
import { RoofView } from './roofView.tsx';
import { words } from './words.ts';

export function App() {
  const live = useLive();
  const { state } = live;
  const [layout, setLayout] = useLayout(state);
  const today = todayOf(state);
  const [picked, setPicked] = useState<string | null>(null);
  const day = picked ?? today;
  const { timeline, newest, days } = usePast(state, day, today);
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
