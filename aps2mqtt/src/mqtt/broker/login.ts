import type { MqttOptions } from '../../options/options.ts';

/** Where to log in, and as whom. */
export interface Login
  extends Pick<
    MqttOptions,
    'port' | 'username' | 'password' | 'clientId' | 'protocol' | 'tls' | 'caFile' | 'systemCaFile' | 'tlsVerify'
  > {
  readonly host: string;
  /** The Supervisor made the user, and nobody typed one. */
  readonly isSupervisors?: boolean;
  /** s between signs of life; 30 unless told. */
  readonly keepalive?: number;
}

/** Finds the login for the next connection. */
export type LoginSource = (signal: AbortSignal) => Promise<Login>;

/** Who logs in, as the log calls them. */
export const userOf = ({ username }: Pick<Login, 'username'>) =>
  username === '' ? 'a login without user name' : `user "${username}"`;
