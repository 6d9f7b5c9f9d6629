import { useState } from 'preact/hooks';
import type { ScanResult } from '../src/http/scanResult.ts';
import { getLog, getText, type LogLines, messageOf, type State, startScan } from './api.ts';
import { timeOf } from './format.ts';
import { fill, words } from './words.ts';

interface HelpProps {
  readonly state: State;
  readonly day: string;
  readonly hasDay: boolean;
}

/** What helps when something is wrong, and takes the data elsewhere. */
export function Help({ state, day, hasDay }: HelpProps) {
  return (
    <details class="card help">
      <summary>{words.help}</summary>
      {state.ecus.map((ecu) => (
        <section key={ecu.id} aria-label={`${ecu.name} ${ecu.id}`}>
          <h3>
            {ecu.name} <small>{ecu.id}</small>
          </h3>
          <p class="quiet">
            {ecu.model}
            {ecu.firmware !== null && `, ${fill(words.firmware, ecu.firmware)}`}
          </p>
          <p class="links">
            <a href={`api/capture/${ecu.id}`} download="aps2mqtt-capture.json" title={words.captureNote}>
              {words.capture}
            </a>
            {hasDay && (
              <a href={`api/days/${day}.csv?ecu=${ecu.id}`} download={`${ecu.id}-${day}.csv`}>
                {words.csvDay}
              </a>
            )}
            <a href={`api/energies.csv?ecu=${ecu.id}`} download={`${ecu.id}-energies.csv`}>
              {words.csvAll}
            </a>
          </p>
          <Log ecu={ecu.id} />
        </section>
      ))}
      <Look />
      <Dashboards />
      <p class="quiet">aps2mqtt {state.version}</p>
    </details>
  );
}

function Log({ ecu }: { readonly ecu: string }) {
  const [log, setLog] = useState<LogLines | string | null>(null);
  const open = () => getLog(ecu).then(setLog, (error: unknown) => setLog(fill(words.failed, messageOf(error))));
  return (
    <>
      <button type="button" onClick={() => void open()}>
        {words.log}
      </button>
      {typeof log === 'string' && <p role="alert">{log}</p>}
      {log !== null && typeof log === 'object' && (
        <pre class="log">
          {log.lines.length === 0
            ? words.noLog
            : log.lines
                .map(({ at, level, text }) => `${timeOf(at)} ${level === 'info' ? '' : `${level} `}${text}`)
                .join('\n')}
        </pre>
      )}
    </>
  );
}

function Look() {
  const [scan, setScan] = useState<ScanResult | string | null>(null);
  const [isLooking, setLooking] = useState(false);
  const look = async () => {
    setLooking(true);
    try {
      setScan(await startScan());
    } catch (error) {
      setScan(fill(words.failed, messageOf(error)));
    }
    setLooking(false);
  };
  return (
    <section aria-label={words.look}>
      <button type="button" disabled={isLooking} onClick={() => void look()}>
        {isLooking ? words.looking : words.look}
      </button>
      <div aria-live="polite">
        {typeof scan === 'string' && <p>{scan}</p>}
        {scan !== null && typeof scan === 'object' && (
          <>
            <p class="quiet">{fill(words.lookedIn, scan.networks.join(', '))}</p>
            {scan.found.length === 0 ? (
              <p>{words.foundNothing}</p>
            ) : (
              <ul>
                {scan.found.map(({ host, ecu, model, inverters, problem }) => (
                  <li key={host}>
                    <b>{host}</b> {ecu === null ? problem : `${model ?? 'ECU'} ${ecu}`}
                    {inverters !== null && `, ${fill(words.foundInverters, inverters)}`}
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </div>
    </section>
  );
}

/** YAML with this home's own entity ids, to copy. */
function Dashboards() {
  const [yaml, setYaml] = useState<string | null>(null);
  const [isCopied, setCopied] = useState(false);
  const show = async (kind: string) => {
    setCopied(false);
    setYaml(
      await getText(`api/dashboard.yaml?kind=${kind}`).catch((error: unknown) => fill(words.failed, messageOf(error))),
    );
  };
  const copy = async (text: string) => {
    // Without https there is no clipboard; then it is to be marked and copied by hand.
    await navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => {},
    );
  };
  return (
    <section aria-label={words.dashboard}>
      <h3>{words.dashboard}</h3>
      <p class="quiet">{words.dashboardNote}</p>
      <p class="links">
        <button type="button" onClick={() => void show('card')}>
          {words.oneCard}
        </button>
        <button type="button" onClick={() => void show('dashboard')}>
          {words.wholeDashboard}
        </button>
        {yaml !== null && (
          <button type="button" onClick={() => void copy(yaml)}>
            {isCopied ? words.copied : words.copy}
          </button>
        )}
      </p>
      {yaml !== null && <textarea class="yaml" readOnly rows={14} aria-label={words.dashboard} value={yaml} />}
    </section>
  );
}
