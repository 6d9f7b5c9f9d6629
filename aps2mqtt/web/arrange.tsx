import { useEffect, useRef, useState } from 'preact/hooks';
import { sideColour } from '../src/roof/colour.ts';
import type { DrawnRoof } from '../src/roof/drawing.ts';
import { firstLayout } from '../src/roof/firstLayout.ts';
import { frameOf, UNIT } from '../src/roof/frame.ts';
import { type Layout, panelKey } from '../src/roof/layout.ts';
import { LayoutError, parseLayout } from '../src/roof/parseLayout.ts';
import { putLayout, type State } from './api.ts';
import { ArrangeRoof } from './arrangeRoof.tsx';
import { drawnPicture, type Picture, readPicture, useBackground } from './background.ts';
import {
  beginEditing,
  changed,
  named,
  redone,
  sideEdited,
  turned,
  undone,
  withNewSide,
  withoutSide,
  withSide,
} from './editing.ts';
import { saveFile } from './files.ts';
import { messageOf } from './messages.ts';
import { fill, words } from './words.ts';

interface ArrangeProps {
  readonly layout: Layout;
  readonly roof: DrawnRoof;
  readonly state: State;
  readonly onLayout: (layout: Layout) => void;
  readonly onDone: () => void;
}

/** What changes is saved when nothing has changed for so long, ms. */
const SETTLES_MS = 500;

/** Arranging the roof. Each change is saved by itself. */
export function Arrange({ layout: before, roof, state, onLayout, onDone }: ArrangeProps) {
  const [editing, setEditing] = useState(() => beginEditing(before));
  const [isSeveral, setSeveral] = useState(false);
  const [message, setMessage] = useState('');
  const [picture, setPicture] = useState<Picture | null>(null);
  const { layout, chosen } = editing;
  const background = useBackground(layout.background);
  const save = useSaving(layout, onLayout, setMessage);
  const change = (next: Layout) => setEditing((now) => changed(now, next));
  const own = layout.panels.filter(({ inverter, panel }) => chosen.has(panelKey(inverter, panel)));
  const [first] = own;
  const side = first !== undefined && own.every((panel) => panel.side === first.side) ? first.side : null;
  const sideIndex = layout.sides.findIndex(({ id }) => id === side);
  const sideShown = layout.sides[sideIndex];

  async function choosePicture(file: File | undefined): Promise<void> {
    try {
      const width = frameOf(layout).width / UNIT + 2;
      if (file !== undefined) {
        show(await readPicture(file, width));
      }
    } catch {
      setMessage(words.badPicture);
    }
  }
  function show(next: Picture): void {
    setPicture(next);
    change({ ...layout, background: drawnPicture(next) });
  }
  async function importFile(file: File | undefined): Promise<void> {
    try {
      if (file !== undefined) {
        change(parseLayout(JSON.parse(await file.text())));
      }
    } catch (error) {
      setMessage(fill(words.notSaved, error instanceof LayoutError ? error.problems.join('; ') : messageOf(error)));
    }
  }
  const pickSide = (value: string) =>
    change(
      value === '+'
        ? withNewSide(layout, chosen, fill('{0} {1}', words.side, layout.sides.length + 1))
        : withSide(layout, chosen, value === '' ? null : value),
    );
  const begin = () => change(firstLayout(inverters(state)));
  const done = async () => {
    await save();
    onDone();
  };

  return (
    <>
      <div class="toolbar" role="toolbar" aria-label={words.arrange}>
        <button type="button" class="primary" onClick={() => void done()}>
          {words.done}
        </button>
        <button type="button" disabled={editing.past.length === 0} onClick={() => setEditing(undone)}>
          {words.undo}
        </button>
        <button type="button" disabled={editing.future.length === 0} onClick={() => setEditing(redone)}>
          {words.redo}
        </button>
        <button type="button" disabled={own.length === 0} onClick={() => change(turned(layout, chosen, 90))}>
          {words.turn} 90°
        </button>
        <label>
          {words.angle}
          <input
            type="number"
            step="1"
            disabled={first === undefined}
            value={first?.angle ?? 0}
            onChange={(event) =>
              change(turned(layout, chosen, Number(event.currentTarget.value) - (first?.angle ?? 0)))
            }
          />
        </label>
        <button type="button" aria-pressed={isSeveral} onClick={() => setSeveral(!isSeveral)}>
          {words.several}
        </button>
        <button type="button" onClick={() => setEditing((now) => ({ ...now, chosen: new Set(roof.panels.keys()) }))}>
          {words.all}
        </button>
        <label>
          {words.side}
          <select
            disabled={own.length === 0}
            value={side ?? ''}
            onChange={(event) => pickSide(event.currentTarget.value)}
          >
            <option value="">{words.noSide}</option>
            {layout.sides.map(({ id, name }) => (
              <option key={id} value={id}>
                {name === '' ? id : name}
              </option>
            ))}
            <option value="+">{words.newSide}</option>
          </select>
        </label>
        {sideShown !== undefined && (
          <>
            <input
              type="text"
              maxLength={60}
              aria-label={words.sideName}
              value={sideShown.name}
              onChange={(event) => change(sideEdited(layout, sideShown.id, { name: event.currentTarget.value.trim() }))}
            />
            <input
              type="color"
              aria-label={words.sideColour}
              value={sideColour(sideShown, sideIndex)}
              onChange={(event) => change(sideEdited(layout, sideShown.id, { color: event.currentTarget.value }))}
            />
            <button type="button" onClick={() => change(withoutSide(layout, sideShown.id))}>
              {words.removeSide}
            </button>
          </>
        )}
        <input
          type="text"
          maxLength={60}
          aria-label={words.panelName}
          placeholder={words.panelName}
          disabled={own.length !== 1}
          value={own.length === 1 ? first?.name : ''}
          onChange={(event) => change(named(layout, chosen, event.currentTarget.value.trim()))}
        />
        <FileButton name={words.background} accept="image/png,image/jpeg,image/webp" onFile={choosePicture} />
        {picture !== null && layout.background !== null && (
          <>
            <button type="button" onClick={() => show({ ...picture, width: picture.width * 1.1 })}>
              {words.bigger}
            </button>
            <button type="button" onClick={() => show({ ...picture, width: picture.width / 1.1 })}>
              {words.smaller}
            </button>
          </>
        )}
        {layout.background !== null && (
          <button type="button" onClick={() => change({ ...layout, background: null })}>
            {words.remove}
          </button>
        )}
        <button
          type="button"
          onClick={() => saveFile('roof.json', JSON.stringify(layout, null, 1), 'application/json')}
        >
          {words.export}
        </button>
        <FileButton name={words.import} accept="application/json,.json" onFile={importFile} />
        <button type="button" onClick={begin}>
          {words.anew}
        </button>
        <output aria-live="polite">
          {message !== '' ? message : own.length > 0 ? fill(words.chosen, own.length) : ''}
        </output>
      </div>
      <ArrangeRoof
        layout={layout}
        roof={roof}
        background={background}
        chosen={chosen}
        isSeveral={isSeveral}
        onChoose={(next) => setEditing((now) => ({ ...now, chosen: next }))}
        onChange={change}
        onUndo={() => setEditing(undone)}
        onRedo={() => setEditing(redone)}
      />
      <p class="quiet">{words.arrangeHelp}</p>
    </>
  );
}

/** @returns what saves at once */
function useSaving(
  layout: Layout,
  onLayout: (layout: Layout) => void,
  tell: (message: string) => void,
): () => Promise<void> {
  const saved = useRef(layout);
  const newest = useRef(layout);
  newest.current = layout;
  const save = async () => {
    const next = newest.current;
    if (saved.current === next) {
      return;
    }
    try {
      saved.current = next;
      onLayout(next);
      tell((await putLayout(next)) ? words.saved : words.savedUntil);
    } catch (error) {
      tell(fill(words.notSaved, messageOf(error)));
    }
  };
  useEffect(() => {
    const timer = window.setTimeout(() => void save(), SETTLES_MS);
    return () => window.clearTimeout(timer);
  }, [layout]);
  // Who leaves in the middle of it loses nothing either.
  useEffect(() => () => void save(), []);
  return save;
}

interface FileButtonProps {
  readonly name: string;
  readonly accept: string;
  readonly onFile: (file: File | undefined) => Promise<void>;
}

function FileButton({ name, accept, onFile }: FileButtonProps) {
  return (
    <label class="button">
      {name}
      <input
        type="file"
        class="hidden"
        accept={accept}
        onChange={(event) => {
          void onFile(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
    </label>
  );
}

/** In the order of the ECUs, with how many panels each has. */
function inverters(state: State): { readonly inverter: string; readonly panels: number }[] {
  const counts = new Map<string, number>();
  for (const { inverter, panel } of state.panels) {
    counts.set(inverter, Math.max(counts.get(inverter) ?? 0, panel));
  }
  return [...counts].map(([inverter, panels]) => ({ inverter, panels }));
}
