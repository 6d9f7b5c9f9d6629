import { MODES, type Mode } from './colouring.ts';
import { words } from './words.ts';

interface ModeProps {
  readonly mode: Mode;
  readonly isNow: boolean;
  readonly onMode: (mode: Mode) => void;
}

export function ModePicker({ mode, isNow, onMode }: ModeProps) {
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
