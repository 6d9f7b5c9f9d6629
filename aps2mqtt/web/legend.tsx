import { colourAt, hex, type Scale } from '../src/roof/colour.ts';
import { words } from './words.ts';

interface LegendProps {
  readonly scale: Scale;
  readonly ends: readonly [low: string, high: string];
}

const STEPS = 32;

/** What the colours mean, and the marks that are no colours. */
export function Legend({ scale, ends: [low, high] }: LegendProps) {
  return (
    <div class="legend">
      <span>{low}</span>
      <svg class="scale" viewBox={`0 0 ${STEPS + 1} 1`} preserveAspectRatio="none" aria-hidden="true">
        {Array.from({ length: STEPS + 1 }, (_, step) => (
          <rect key={step} x={step} width="1.05" height="1" fill={hex(colourAt(scale, step / STEPS))} />
        ))}
      </svg>
      <span>{high}</span>
      <span class="key off">{words.offline}</span>
      <span class="key hatched">{words.unknown}</span>
      <span class="key marked">{words.alarm}</span>
    </div>
  );
}
