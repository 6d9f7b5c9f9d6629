import { useState } from 'preact/hooks';
import type { DrawnRoof } from '../src/roof/drawing.ts';
import { firstLayout } from '../src/roof/firstLayout.ts';
import { type Layout, panelKey } from '../src/roof/layout.ts';
import { LayoutError, parseLayout } from '../src/roof/parseLayout.ts';
import { messageOf, type State } from './api.ts';
import { ArrangeRoof } from './arrangeRoof.tsx';
import { useBackground } from './background.ts';
import { BackgroundFields } from './backgroundFields.tsx';
import { beginEditing, changed, named, redone, turned, undone } from './editing.ts';
import { FileButton } from './fileButton.tsx';
import { saveFile } from './files.ts';
import { useSaving } from './saving.ts';
import { SideFields } from './sideFields.tsx';
import { fill, words } from './words.ts';

interface ArrangeProps {
  readonly layout: Layout;
  readonly roof: DrawnRoof;
  readonly state: State;
  readonly onLayout: (layout: Layout) => void;
  readonly onDone: () => void;
}

/** Arranging the roof. Each change is saved by itself. */
export function Arrange({ layout: before, roof, state, onLayout, onDone }: ArrangeProps) {
  const [editing, setEditing] = useState(() => beginEditing(before));
  const [isSeveral, setSeveral] = useState(false);
  const [message, setMessage] = useState('');
  const { layout, chosen } = editing;
  const background = useBackground(layout.background);
  const save = useSaving(layout, onLayout, setMessage);
  const change = (next: Layout) => setEditing((now) => changed(now, next));
  const own = layout.panels.filter(({ inverter, panel }) => chosen.has(panelKey(inverter, panel)));
  const [first] = own;

  async function importFile(file: File | undefined): Promise<void> {
    try {
      if (file !== undefined) {
        change(parseLayout(JSON.parse(await file.text())));
      }
    } catch (error) {
      setMessage(fill(words.notSaved, error instanceof LayoutError ? error.problems.join('; ') : messageOf(error)));
    }
  }
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
        <SideFields layout={layout} chosen={chosen} onChange={change} />
        <input
          type="text"
          maxLength={60}
          aria-label={words.panelName}
          placeholder={words.panelName}
          disabled={own.length !== 1}
          value={own.length === 1 ? first?.name : ''}
          onChange={(event) => change(named(layout, chosen, event.currentTarget.value.trim()))}
        />
        <BackgroundFields layout={layout} onChange={change} onMessage={setMessage} />
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

/** In the order of the ECUs, with how many panels each has. */
function inverters(state: State): { readonly inverter: string; readonly panels: number }[] {
  const counts = new Map<string, number>();
  for (const { inverter, panel } of state.panels) {
    counts.set(inverter, Math.max(counts.get(inverter) ?? 0, panel));
  }
  return [...counts].map(([inverter, panels]) => ({ inverter, panels }));
}
