import type { Clock } from '../clock.ts';
import { type EcuClient, ecuClient } from '../ecu/client.ts';
import { ecuModel } from '../ecu/models.ts';
import type { PolledReading } from '../ecu/reading.ts';
import type { EcuTransport } from '../ecu/transport.ts';
import type { EcuError } from '../errors.ts';
import type { Reader } from '../finding/readers.ts';
import type { Logger } from '../logger.ts';
import type { EcuOptions, Position } from '../options/options.ts';
import { type Next, Poller, type PollListener } from '../polling/poller.ts';
import { closing, Quiet } from '../polling/quiet.ts';
import { createSchedule, type Schedule } from '../polling/schedule.ts';
import type { Place } from '../site/assemble.ts';
import type { Order } from '../site/order.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import type { Watching } from '../site/watching.ts';
import { ownZone } from '../site/zone.ts';
import type { FirstRounds } from './firstRounds.ts';
import type { Heartbeat } from './heartbeat.ts';
import { ecuWallClock, hoursAhead, isMaintenanceGap } from './night.ts';
import { NightRest } from './nightRest.ts';
import type { Registry } from './registry.ts';
import { FAILURES_UNTIL_AWAY, Reporter } from './reporter.ts';
import { Restarter } from './restarter.ts';
import { Sides, type SideTransports } from './sides.ts';
import { addressOf, isTyped, type Source } from './source.ts';
import { Whereabouts } from './whereabouts.ts';

/** What monitors need of the world. */
export interface MonitorWorld {
  readonly clock: Clock;
  readonly log: Logger;
  readonly heartbeat: Heartbeat;
  readonly firstRounds: FirstRounds;
  /** Who shows how ECUs are. */
  readonly watching: Watching;
  readonly restart: (ecu: EcuOptions, signal: AbortSignal) => Promise<void>;
  readonly sideTransports: SideTransports;
  /** Seconds between polls; null to learn from the ECU when it has new data. */
  readonly pollInterval: number | null;
  /** Where the panels are, when polling shall rest at night; null while that is not known, or not wanted. */
  readonly nightPosition: () => Position | null;
  /** An ECU has been silent for three polls, or another one answers in its place. Not told while silence is usual. */
  readonly onLost: () => void;
}

/** An address whose ECU is read elsewhere is asked again after so long: it may come back, or another one may be here. */
const LEFT_MS = 3_600_000;

/** Watches over one address: polls what is there, and decides what its answers and its silence lead to. */
export class EcuMonitor implements PollListener, Source {
  readonly address: string;
  readonly typedAddress: string | null;
  #place: Place;
  readonly #ecu: EcuOptions;
  readonly #registry: Registry;
  readonly #world: MonitorWorld;
  readonly #client: EcuClient;
  readonly #schedule: Schedule;
  readonly #poller: Poller;
  readonly #reporter: Reporter;
  readonly #restarter: Restarter;
  readonly #night: NightRest;
  readonly #whereabouts: Whereabouts;
  readonly #quiet: Quiet;
  readonly #sides: Sides;
  /** This poll has brought new answers. */
  #hasRound = false;
  readonly #leaving = new AbortController();
  /** What was shown of the last round, until it is told. */
  #shown: EcuSnapshot | null = null;
  #stop: AbortSignal = AbortSignal.abort();

  constructor({ ecu, typed, ecuId }: Reader, transport: EcuTransport, registry: Registry, world: MonitorWorld) {
    const { clock, log, pollInterval, nightPosition } = world;
    this.address = addressOf(ecu);
    this.typedAddress = typed;
    this.#whereabouts = new Whereabouts(this, ecuId, registry);
    this.#place = { name: ecu.name, timezone: ecu.timezone };
    this.#ecu = ecu;
    this.#registry = registry;
    this.#world = world;
    const saved = registry.saved(registry.ecuAt(this.address));
    this.#quiet = new Quiet(clock);
    this.#client = ecuClient(closing(this.#quiet, transport), clock, log);
    this.#schedule = createSchedule({ pollInterval, learned: saved?.timing ?? null });
    this.#poller = new Poller(this.#client, this.#schedule, clock, log);
    this.#reporter = new Reporter(this.address, log);
    this.#restarter = new Restarter(ecu, this.address, { ...world, onChange: () => registry.learned(this) });
    this.#restarter.adopt(saved?.restarts ?? []);
    this.#night = new NightRest(nightPosition);
    const onChange = (isAll: boolean) => registry.extended(this, isAll);
    this.#sides = new Sides(ecu, { clock, log, sideTransports: world.sideTransports, quiet: this.#quiet, onChange });
    if (saved !== null) {
      this.#sides.adopt(saved.ecuId, saved.sides);
    }
  }

  get place(): Place {
    return this.#place;
  }

  /** The bytes that came from here last, for a capture. */
  get latest(): EcuClient['latest'] {
    return this.#client.latest;
  }

  /** Runs until the signal; where the address was found, until nothing of ours is here any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { heartbeat, clock } = this.#world;
    this.#stop = AbortSignal.any([signal, this.#leaving.signal]);
    this.#registry.join(this, clock.now());
    heartbeat.beat(this.address, 0);
    this.#sides.run(this.#stop);
    await this.#poller.run(this, this.#stop);
    heartbeat.leave(this.address);
  }

  /** Asks as soon as an ECU can bear it. */
  refresh(): void {
    this.#poller.refresh();
  }

  mayRestart(ecuId: string): boolean {
    return this.#restarter.mayRestart(ecuId);
  }

  learned(): ReturnType<Source['learned']> {
    return { timing: this.#schedule.learned(), restarts: this.#restarter.restarts, sides: this.#sides.saved };
  }

  extend(snapshot: EcuSnapshot): EcuSnapshot {
    return this.#sides.extend(snapshot);
  }

  /** Somebody wants something set. */
  order(order: Order): void {
    this.#sides.order(order);
  }

  knownId(): string | null {
    return this.#registry.ecuAt(this.address);
  }

  onReading(reading: PolledReading, at: Date): Next {
    const { ecuId } = reading;
    if (this.#whereabouts.onAnswer(ecuId)) {
      this.#restarter.adopt(this.#registry.saved(ecuId)?.restarts ?? []);
    }
    this.#readClockOf(reading);
    this.#restarter.onAnswer();
    if (this.#registry.mayOwn(ecuId, this.address)) {
      const known = this.#registry.saved(ecuId);
      if (known !== null && known.address !== this.address) {
        // What was commanded meanwhile is known there.
        this.#sides.release();
      }
      this.#sides.adopt(ecuId, known?.sides);
    }
    const answer = this.#registry.answered(this, reading, at);
    if (answer.owner !== null) {
      if (isTyped(this)) {
        this.#reporter.onDuplicate(ecuId, answer.owner);
      } else {
        this.#leave();
      }
      return { restUntil: new Date(at.getTime() + LEFT_MS), wantsSignal: false };
    }
    this.#hasRound = true;
    if (this.#whereabouts.onReading(ecuId)) {
      this.#world.onLost();
    }
    this.#reporter.onReading(reading, this.#place.timezone, at);
    this.#reporter.onTaken(answer);
    this.#reporter.onClock(hoursAhead(at, this.#schedule.learned(), this.#place.timezone), this.#place.timezone);
    this.#shown = reading.problem === null ? answer.known.snapshot : null;
    const rest = this.#night.after(answer, at);
    this.#reporter.onNight(rest);
    this.#world.watching.rests(ecuId, rest.sunrise);
    return { restUntil: rest.lookAt, wantsSignal: true };
  }

  onSignal(signal: ReadonlyMap<string, number> | null): void {
    this.#registry.signalled(this, signal);
  }

  onFailure(error: EcuError, failures: number): Date | null {
    const { clock, log, onLost } = this.#world;
    const at = clock.now();
    const absence = this.#whereabouts.absence();
    if (absence.kind === 'left') {
      this.#leave();
      return null;
    }
    if (absence.kind === 'elsewhere') {
      log.debug(`${this.address}: its ECU is read elsewhere: ${error.message}`);
      return new Date(at.getTime() + LEFT_MS);
    }
    const { ecuId: known, isReadElsewhere } = absence;
    const wallClock = ecuWallClock(at, this.#schedule.learned(), this.#place.timezone);
    const isGap = isMaintenanceGap(wallClock) || this.#restarter.isInGrace(at);
    if (isReadElsewhere) {
      log.debug(`${this.address}: what was here is read elsewhere: ${error.message}`);
    } else {
      this.#reporter.onFailure(error, failures, isGap, known);
    }
    this.#world.watching.failed(known, error.message);
    if (failures >= FAILURES_UNTIL_AWAY) {
      this.#registry.silent(this.address);
      if (known !== null && !isGap) {
        onLost();
      }
    }
    if (this.#restarter.onFailure(error, this.#whereabouts.heardHere(), at, isGap, this.#stop)) {
      this.#reporter.onHelpless(!this.#ecu.autoRestart && known !== null && ecuModel(known).restartable);
    }
    return null;
  }

  onWait(ms: number): void {
    const { clock, firstRounds, heartbeat, watching } = this.#world;
    const next = new Date(clock.now().getTime() + ms);
    heartbeat.beat(this.address, ms);
    watching.waits(this.knownId(), next);
    if (this.#shown !== null) {
      firstRounds.onRound(this.#shown, next);
      this.#shown = null;
    }
    this.#quiet.open(ms);
    const snapshot = this.#hasRound ? this.#registry.snapshotAt(this.address) : null;
    this.#hasRound = false;
    if (snapshot !== null) {
      this.#sides.onRound(snapshot);
    }
  }

  /** Where nobody typed a zone, the ECU's own word on it counts more than where this machine is. */
  #readClockOf({ summary }: PolledReading): void {
    const own = summary === null || this.#ecu.isTimezoneTyped ? null : ownZone(summary);
    if (own !== null && own !== this.#place.timezone) {
      this.#place = { ...this.#place, timezone: own };
      this.#world.log.debug(`${this.address}: reading its times as ${own}, which is its own time zone`);
    }
  }

  /** By the person's word. */
  restart(): void {
    this.#restarter.restart(this.#whereabouts.heardHere(), this.#stop);
  }

  /** Nobody has typed this address, and nothing of ours is here any more. */
  #leave(): void {
    this.#registry.silent(this.address);
    this.#leaving.abort(new Error('its ECU has left'));
  }
}
