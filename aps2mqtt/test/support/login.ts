import type { Login } from '../../src/mqtt/broker/login.ts';

/** Of a broker that lets everybody in, without TLS. */
export function loginAt(host: string, port: number, more: Partial<Login> = {}): Login {
  return {
    host,
    port,
    username: '',
    password: '',
    clientId: 'APS2MQTT',
    protocol: '3.1.1',
    tls: false,
    caFile: null,
    systemCaFile: null,
    tlsVerify: true,
    ...more,
  };
}
