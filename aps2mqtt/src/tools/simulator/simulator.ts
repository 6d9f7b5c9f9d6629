import type { Clock } from '../../clock.ts';
import type { Fault } from './faults.ts';
import type { EcuRequest, ReplySource } from './request.ts';

export interface LoggedRequest extends EcuRequest {
  /** By the injected clock. */
  readonly time: Date;
}

export interface Misbehaviour {
  /** Only replies to this one; to all unless told. */
  readonly command?: string;
  /** So many replies, 1 unless told; `Infinity` for all. A refusal lasts until `behave()` whatever this says. */
  readonly times?: number;
}

/** Where an ECU listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface Simulator extends Place {
  /** The latest 10,000 queries, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Connections so far, and how many there were at the same time at most. */
  readonly connections: { readonly total: number; readonly most: number };
  /** Adds a fault. Of several that match a query, the one added first is used up first. */
  misbehave(fault: Fault, misbehaviour?: Misbehaviour): void;
  /** Ends all faults; resolves when connections are taken again. */
  behave(): Promise<void>;
  /** Closes all connections; resolves when the port is free. It listens nowhere until it settles. */
  leave(): Promise<void>;
  /**
   * Listens there, port 0 for any free one; where it refuses connections, it does so at its new place.
   *
   * @throws Error of the system where that cannot be
   */
  settle(place: Place): Promise<void>;
  /** Closes all connections; resolves when the port is free. */
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  readonly source: ReplySource;
  readonly host?: string;
  /** 0 (unless told) for any free one. */
  readonly port?: number;
  /** Stamps the logged queries. Pauses take real time: sockets don't follow an injected clock. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Serve any number of queries on a connection; otherwise only one, as a 2162 does. */
  readonly keepOpen?: boolean;
  readonly onRequest?: (request: LoggedRequest) => void;
}
