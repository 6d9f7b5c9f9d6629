import { hostAndPort } from '../address.ts';
import type { Clock } from '../clock.ts';
import { type EcuClient, ecuClient } from '../ecu/client.ts';
import { ecuModel } from '../ecu/models.ts';
import type { EcuReading } from '../ecu/reading.ts';
import { EcuError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { EcuOptions, Position } from '../options/options.ts';
import { Poller, type PollListener } from '../polling/poller.ts';
import { createSchedule, type Schedule } from '../polling/schedule.ts';
import type { Publisher } from '../publish/publisher.ts';
import { ecuWallClock, isMaintenanceGap, nightRest } from '../site/night.ts';
import type { SavedEcu } from '../site/savedState.ts';
import { Site } from '../site/site.ts';
import type { Heartbeat } from './heartbeat.ts';
import { FAILURES_UNTIL_AWAY, Reporter } from './reporter.ts';
import { Restarter } from './restarter.ts';

/** What one ECU's monitor shares with the others. */
export interface Surroundings {
  readonly clock: Clock;
  readonly log: Logger;
  readonly publisher: Publisher;
  readonly heartbeat: Heartbeat;
  readonly pollInterval: number | null;
  /** Where the panels are, when polling shall rest at night; null while that is not known, or not wanted. */
  readonly nightPosition: () => Position | null;
  /** What is known of an ECU that is or was here, by its id. */
  readonly recall: (ecuId: string) => SavedEcu | null;
  /** Was it known before this start? */
  readonly wasSaved: (ecuId: string) => boolean;
  readonly restart: (ecu: EcuOptions, signal: AbortSignal) => Promise<void>;
  /** An ECU has answered at an address. */
  readonly onAnswer: (ecuId: string, address: string) => void;
  /** Something that is kept over a restart has changed. */
  readonly onChange: () => void;
  /** Another ECU answers in this one's place. */
  readonly onReplaced: (ecuId: string) => void;
}

/** Nobody replaces an ECU more often between two starts; a device that has a new id each time would make us grow. */
const MOST_ECUS = 10;

/** Watches over one ECU: polls it, and decides what its answers and its silence lead to. */
export class EcuMonitor implements PollListener {
  readonly address: string;
  readonly #ecu: EcuOptions;
  readonly #around: Surroundings;
  readonly #client: EcuClient;
  readonly #schedule: Schedule;
  readonly #poller: Poller;
  readonly #site: Site;
  readonly #reporter: Reporter;
  readonly #restarter: Restarter;
  /** Ids of all ECUs that have answered here. */
  readonly #seen = new Set<string>();
  readonly #leave = new AbortController();
  #stop: AbortSignal = this.#leave.signal;

  /** @param saved of the ECU that was at this address last */
  constructor(
    ecu: EcuOptions,
    transport: Parameters<typeof ecuClient>[0],
    saved: SavedEcu | null,
    around: Surroundings,
  ) {
    const { clock, log, pollInterval, recall } = around;
    this.address = addressOf(ecu);
    this.#ecu = ecu;
    this.#around = around;
    this.#client = ecuClient(transport, clock, log);
    this.#schedule = createSchedule({ pollInterval, learned: saved?.timing ?? null });
    this.#poller = new Poller(this.#client, this.#schedule, clock, log);
    this.#site = new Site({ name: ecu.name, timezone: ecu.timezone }, saved, recall, clock.now());
    this.#reporter = new Reporter(this.address, log);
    this.#restarter = new Restarter(ecu, this.address, saved?.restarts ?? [], around);
  }

  get ecuId(): string | null {
    return this.#site.ecuId;
  }

  /** The bytes that it sent last, for a capture. */
  get latest(): EcuClient['latest'] {
    return this.#client.latest;
  }

  /** Runs until the signal, or until it is told to leave. */
  async run(signal: AbortSignal): Promise<void> {
    this.#stop = AbortSignal.any([signal, this.#leave.signal]);
    const { heartbeat, publisher, clock } = this.#around;
    const remembered = this.#site.remembered(clock.now());
    if (remembered !== null) {
      publisher.show(remembered, this.#facts(remembered.ecuId), false);
    }
    heartbeat.beat(this.address, 0);
    await this.#poller.run(this, this.#stop);
  }

  /** Asks no more: this ECU is read at another address, too. */
  leaveTo(other: string): void {
    this.#leave.abort();
    this.#around.heartbeat.leave(this.address);
    this.#reporter.onTwin(other);
  }

  refresh(): void {
    this.#poller.refresh();
  }

  saved(): SavedEcu | null {
    const { restarts } = this.#restarter;
    return this.#leave.signal.aborted
      ? null
      : this.#site.saved({ address: this.address, timing: this.#schedule.learned(), restarts });
  }

  /** By the user's word. It comes back if the ECU lists it. */
  forget(inverterId: string): void {
    this.#site.forget(inverterId);
  }

  onReading(reading: EcuReading, at: Date): Date | null {
    const { publisher, onAnswer, onChange, onReplaced } = this.#around;
    this.#refuseTooMany(reading.summary.ecuId);
    const before = this.#site.ecuId;
    const { snapshot, anyOnline, note, gone, isTooMany } = this.#site.take(reading, at);
    if (before !== null && before !== snapshot.ecuId) {
      onReplaced(before);
    }
    this.#restarter.onAnswer();
    this.#reporter.onReading(reading, this.#ecu.timezone, at);
    if (note !== null) {
      this.#reporter.onEnergy(note);
    }
    if (isTooMany) {
      this.#reporter.onTooMany();
    }
    publisher.show(snapshot, this.#facts(snapshot.ecuId));
    for (const inverterId of gone) {
      publisher.remove(snapshot.ecuId, inverterId);
      this.#reporter.onGone(inverterId);
    }
    onAnswer(snapshot.ecuId, this.address);
    onChange();
    return this.#restAtNight(at, anyOnline);
  }

  onFailure(error: EcuError, failures: number): void {
    const at = this.#around.clock.now();
    const { ecuId } = this.#site;
    const wallClock = ecuWallClock(at, this.#schedule.learned(), this.#ecu.timezone);
    const isGap = isMaintenanceGap(wallClock) || this.#restarter.isInGrace(at);
    this.#reporter.onFailure(error, failures, isGap);
    if (failures >= FAILURES_UNTIL_AWAY && ecuId !== null) {
      this.#around.publisher.setAnswering(ecuId, false);
    }
    if (this.#restarter.onFailure(error, ecuId, at, isGap, this.#stop)) {
      this.#reporter.onHelpless(!this.#ecu.autoRestart && ecuId !== null && ecuModel(ecuId).restartable);
    }
  }

  onWait(ms: number): void {
    this.#around.heartbeat.beat(this.address, ms);
  }

  /** By the person's word. */
  restart(): void {
    this.#restarter.restart(this.#site.ecuId, this.#stop);
  }

  #facts(ecuId: string) {
    return { canRestart: this.#restarter.mayRestart(ecuId), remembersInverters: this.#around.wasSaved(ecuId) };
  }

  #refuseTooMany(ecuId: string): void {
    if (!this.#seen.has(ecuId) && this.#seen.size >= MOST_ECUS) {
      throw new EcuError(`it has had ${MOST_ECUS} ids since the start, so ${ecuId} is not taken`);
    }
    this.#seen.add(ecuId);
  }

  /** @returns when the sun rises; null to go on */
  #restAtNight(now: Date, anyOnline: boolean): Date | null {
    const position = this.#around.nightPosition();
    const until = position === null ? null : nightRest({ position, now, anyOnline });
    this.#reporter.onNight(until);
    return until;
  }
}

/** How an ECU is called before its id is known, and found again in the saved state. */
export function addressOf({ host, port }: Pick<EcuOptions, 'host' | 'port'>): string {
  return hostAndPort(host, port);
}
