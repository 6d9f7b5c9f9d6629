import type { Output } from './output.ts';

/** All outputs as one: each hears everything, and knows nothing of the others. */
export function fanOut(outputs: readonly Output[]): Output {
  const each = (tell: (output: Output) => void) => {
    for (const output of outputs) {
      tell(output);
    }
  };
  return {
    show: (...args) => each((output) => output.show(...args)),
    setAnswering: (...args) => each((output) => output.setAnswering(...args)),
    retire: (...args) => each((output) => output.retire(...args)),
    remove: (...args) => each((output) => output.remove(...args)),
    removeEcu: (...args) => each((output) => output.removeEcu(...args)),
  };
}
