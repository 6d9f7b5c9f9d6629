import type { RoundRead } from './countReading.ts';
import type { EcuSnapshot } from './snapshot.ts';

/** What else is known of an ECU, beside its snapshot. */
export interface EcuFacts {
  /** It can be restarted, and the person wants that: gets a button. */
  readonly canRestart: boolean;
}

/** Where ECUs are shown: the broker, the history, the page. */
export interface Output {
  /**
   * A new poll's result, or what is known of an ECU before the first one (then it does not answer yet).
   *
   * @param onlyChanges for what joins later, or is only half: what has not changed is not said once more
   */
  show(snapshot: EcuSnapshot, facts: EcuFacts, isAnswering: boolean, onlyChanges: boolean): void;
  /** Does this ECU answer? */
  setAnswering(ecuId: string, isAnswering: boolean): void;
  /** This ECU is here no more, for all we know. */
  retire(ecuId: string): void;
  /** An inverter is gone for good, or by the person's word. */
  remove(ecuId: string, inverterId: string): void;
  /** The same for an ECU that nobody reads any more, and all that were its inverters. */
  removeEcu(ecuId: string, inverterIds: readonly string[]): void;
}

/** Where poll rounds go, once each. */
export interface RoundOutput {
  onRound(snapshot: EcuSnapshot, round: RoundRead): void;
}
