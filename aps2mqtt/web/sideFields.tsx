import { sideColour } from '../src/roof/colour.ts';
import { type Layout, panelKey } from '../src/roof/layout.ts';
import { sideEdited, withNewSide, withoutSide, withSide } from './editing.ts';
import { fill, words } from './words.ts';

interface SideFieldsProps {
  readonly layout: Layout;
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (layout: Layout) => void;
}

/** The side of the chosen panels; where they share one, its name and colour. */
export function SideFields({ layout, chosen, onChange: change }: SideFieldsProps) {
  const own = layout.panels.filter(({ inverter, panel }) => chosen.has(panelKey(inverter, panel)));
  const [first] = own;
  const side = first !== undefined && own.every((panel) => panel.side === first.side) ? first.side : null;
  const sideIndex = layout.sides.findIndex(({ id }) => id === side);
  const sideShown = layout.sides[sideIndex];
  const pickSide = (value: string) =>
    change(
      value === '+'
        ? withNewSide(layout, chosen, fill('{0} {1}', words.side, layout.sides.length + 1))
        : withSide(layout, chosen, value === '' ? null : value),
    );

  return (
    <>
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
    </>
  );
}
