import { useEffect, useState } from 'preact/hooks';
import type { EcuState } from './api.ts';
import { countdown, kilowattHours, timeOf, watts } from './format.ts';
import type { Live } from './live.ts';
import { fill, words } from './words.ts';

/** Of those that are known; null where none is. */
function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

export function Head({ live }: { readonly live: Live }) {
  const { state, problem, at } = live;
  const ecus = state?.ecus ?? [];
  const online = sumOf(ecus.map((ecu) => ecu.inverters_online));
  const registered = sumOf(ecus.map((ecu) => ecu.inverters_registered));
  return (
    <header>
      <div class="tiles">
        <Tile name={words.powerNow} value={watts(sumOf(ecus.map((ecu) => ecu.current_power)))} isMain />
        <Tile name={words.energyToday} value={kilowattHours(sumOf(ecus.map((ecu) => ecu.today_energy)))} />
        <Tile
          name={words.inverters}
          value={online === null || registered === null ? '–' : fill(words.of, online, registered)}
        />
        <Tile name={words.nextValues} value={<NextValues live={live} />} />
      </div>
      <ul class="ecus">
        {ecus.map((ecu) => (
          <li key={ecu.id} class={`ecu ${ecu.condition}`} data-ecu={ecu.id}>
            <i aria-hidden="true" />
            <b>{nameOf(ecu, ecus)}</b> <span>{[conditionWords(ecu), ...controlWords(ecu)].join(', ')}</span>
          </li>
        ))}
      </ul>
      {problem !== null && state !== null && (
        <p class="lost" role="alert">
          {fill(words.lost, timeOf(new Date(at)))}
        </p>
      )}
    </header>
  );
}

/** With its id where another one has the same name. */
function nameOf({ id, name }: EcuState, ecus: readonly EcuState[]): string {
  return ecus.some((other) => other.id !== id && other.name === name) ? `${name} ${id}` : name;
}

function conditionWords({ condition, since, reason }: EcuState): string {
  if (condition !== 'silent') {
    return words[condition];
  }
  const when = since === null ? '–' : timeOf(since);
  return `${fill(words.silent, when)}${reason === null ? '' : `, ${fill(words.because, reason)}`}`;
}

/** What was commanded of it. */
function controlWords({ power_limit: limit, production, limit_not_followed: isNotFollowed }: EcuState): string[] {
  return [
    ...(production === false ? [words.productionOff] : []),
    ...(typeof limit === 'number' && limit < 100 ? [fill(words.limited, limit)] : []),
    ...(isNotFollowed === true ? [words.notFollowed] : []),
  ];
}

interface TileProps {
  readonly name: string;
  readonly value: preact.ComponentChildren;
  readonly isMain?: boolean;
}

function Tile({ name, value, isMain = false }: TileProps) {
  return (
    <div class={isMain ? 'tile main' : 'tile'}>
      <span>{name}</span>
      <strong>{value}</strong>
    </div>
  );
}

/** Counts down by the server's clock: ours may be wrong. */
function NextValues({ live: { state, at } }: { readonly live: Live }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => !document.hidden && setNow(Date.now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  if (state === null || state.next === null) {
    return <>–</>;
  }
  const left = Date.parse(state.next) - Date.parse(state.now) - (Math.max(now, at) - at);
  return <>{left < 1_000 ? words.dueNow : fill(words.inTime, countdown(left))}</>;
}
