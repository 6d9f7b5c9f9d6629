import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { secureContext } from '../../src/mqtt/broker/certificates.ts';
import type { Login } from '../../src/mqtt/broker/login.ts';
import { BrokerError, describeProblem } from '../../src/mqtt/broker/problems.ts';
import { openSession } from '../../src/mqtt/broker/session.ts';
import { lasting } from '../../src/mqtt/contract/message.ts';
import { freePort, hasMosquitto, startBroker, tlsFiles } from '../support/broker.ts';
import { loginAt } from '../support/login.ts';

const never = new AbortController().signal;
const will = lasting('aps/status', 'offline');
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) {
    await end();
  }
});

const login = (port: number, more: Partial<Login> = {}) => loginAt('127.0.0.1', port, more);

/** Does this with each connection, once something has come. */
async function answering(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
    ends.push(() => socket.destroy());
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return port;
}

/** CONNACK of MQTT 3.1.1 with a return code, or of MQTT 5 with a reason code. */
const refusing = (code: number, isFive = false) =>
  answering((socket) => socket.end(Buffer.from(isFive ? [0x20, 3, 0, code, 0] : [0x20, 2, 0, code])));

async function troubleWith(asked: Login): Promise<BrokerError> {
  const error = await openSession(asked, will, never).catch((reason: unknown) => reason);
  if (!(error instanceof BrokerError)) {
    throw new Error(`no BrokerError but ${String(error)}`);
  }
  return error;
}

describe('a broker that cannot be used: the words say what to do', () => {
  it.each([
    [4, 'user "roof": check User name (username, MQTT_BROKER_USER) and Password (password, MQTT_BROKER_PASSWD)'],
    [5, 'user "roof": check User name (username, MQTT_BROKER_USER) and Password (password, MQTT_BROKER_PASSWD)'],
    [1, 'it does not know MQTT 3.1.1. Set MQTT version (protocol, MQTT_PROTOCOL) to 5'],
    [2, 'it refused the client id "APS2MQTT". Set another Client ID (client_id, MQTT_CLIENT_ID)'],
  ])('return code %i', async (code, words) => {
    const error = await troubleWith(login(await refusing(code), { username: 'roof', password: 'secret' }));
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('secret');
    expect(error.isLoginRefused).toBe(code > 3);
  });

  it.each([
    [134, 'a login without user name: check User name (username, MQTT_BROKER_USER)'],
    [132, 'it does not know MQTT 5. Set MQTT version (protocol, MQTT_PROTOCOL) to 3.1.1'],
    [133, 'Set another Client ID'],
  ])('reason code %i of MQTT 5', async (code, words) => {
    const error = await troubleWith(login(await refusing(code, true), { protocol: '5' }));
    expect(error.message).toContain(words);
  });

  it('closed port', async () => {
    const error = await troubleWith(login(await freePort()));
    expect(error.message).toContain('connection refused. Is it running');
  });

  it('no broker', async () => {
    const port = await answering((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect((await troubleWith(login(port))).message).toContain('is it no MQTT broker?');
  });

  it('closed without a word', async () => {
    const port = await answering((socket) => socket.end());
    expect((await troubleWith(login(port))).message).toContain('want TLS, or is it no MQTT broker?');
  });

  it('reset', async () => {
    const port = await answering((socket) => socket.resetAndDestroy());
    expect((await troubleWith(login(port))).message).toContain(`connection reset: does port ${port} want TLS`);
  });

  it('TLS on a plain port', async () => {
    const port = await answering((socket) => socket.end('plain'));
    expect((await troubleWith(login(port, { tls: true }))).message).toContain('speak TLS? It is often 8883');
  });

  it.skipIf(!hasMosquitto)('a certificate that nobody known has signed', async () => {
    const broker = await startBroker({ tls: tlsFiles() });
    ends.push(() => broker.stop());
    const error = await troubleWith(login(broker.port, { tls: true }));
    expect(error.message).toContain(
      "Set CA certificate file (ca_file, MQTT_BROKER_CACERTS_PATH) to the certificate that signed the broker's, or Check the broker's certificate (tls_verify, MQTT_BROKER_TLS_VERIFY) to false",
    );
    const { client } = await openSession(login(broker.port, { tls: true, tlsVerify: false }), will, never);
    await client.endAsync(true);
  });

  it.each([
    ['DNS:broker.home', 'broker.home'],
    ['DNS:broker.home,IP:10.0.0.1', 'broker.home, 10.0.0.1'],
  ])('the certificate of another name (%s)', async (names, shown) => {
    const tls = tlsFiles(names);
    const server = createTlsServer({ key: readFileSync(tls.key), cert: readFileSync(tls.certificate) });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    ends.push(() => server.close());
    const error = await troubleWith(login(port, { tls: true, caFile: tls.ca }));
    expect(error.message).toContain(
      `the broker's certificate is for ${shown}, not for 127.0.0.1: set Broker address (host, MQTT_BROKER_HOST) to the name in the certificate, or Check the broker's certificate (tls_verify, MQTT_BROKER_TLS_VERIFY) to false`,
    );
  });

  it('the certificate of nobody knows whom', () => {
    const named = (cert: object) => Object.assign(new Error('no'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID', cert });
    const words = (cert: object) => describeProblem(named(cert), login(1)).message;
    expect(words({ subject: { CN: 'old.home' } })).toContain('is for old.home, not for');
    expect(words({ subject: { CN: 'odd\nname' } })).toContain('is for another host, not for');
    expect(words({})).toContain('is for another host, not for');
  });

  it('a CA file that is not there, or holds none', async () => {
    const port = await freePort();
    const missing = await troubleWith(login(port, { tls: true, caFile: '/nowhere/ca.pem' }));
    expect(missing.message).toContain('The CA file /nowhere/ca.pem cannot be read: there is no such file');
    const file = path.join(tmpdir(), `aps2mqtt-no-ca-${process.pid}.pem`);
    writeFileSync(file, 'nothing of that kind');
    const empty = await troubleWith(login(port, { tls: true, caFile: file }));
    expect(empty.message).toContain('holds no certificate in PEM form');
  });
});

describe('a broker that takes us', () => {
  it('tells how many messages it takes at a time, with MQTT 5', async () => {
    const port = await answering((socket) => socket.write(Buffer.from([0x20, 6, 0, 0, 3, 0x21, 0, 5])));
    const { client, receiveMaximum } = await openSession(login(port, { protocol: '5' }), will, never);
    expect(receiveMaximum).toBe(5);
    await client.endAsync(true);
  });

  it('is let go of when we are stopped in between', async () => {
    const stop = new AbortController();
    const port = await answering(() => stop.abort(new Error('stop')));
    await expect(openSession(login(port), will, stop.signal)).rejects.toThrow('stop');
    await expect(openSession(login(port), will, stop.signal)).rejects.toThrow('stop');
  });
});

describe('certificates', () => {
  const wordsOf = (error: object) => describeProblem(Object.assign(new Error('no'), error), login(8883)).message;

  it('that have expired, or are not valid yet: the words do not say to set what is set', () => {
    expect(wordsOf({ code: 'CERT_HAS_EXPIRED' })).toContain('has expired: renew it');
    expect(wordsOf({ code: 'CERT_HAS_EXPIRED' })).not.toContain('ca_file');
    expect(wordsOf({ code: 'CERT_NOT_YET_VALID' })).toContain("is this computer's clock right?");
  });

  it.skipIf(!hasMosquitto)('an expired one of a real broker', async () => {
    const tls = tlsFiles('IP:127.0.0.1', -1);
    const server = createTlsServer({ key: readFileSync(tls.key), cert: readFileSync(tls.certificate) });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    ends.push(() => server.close());
    const error = await troubleWith(login(port, { tls: true, caFile: tls.ca }));
    expect(error.message).toContain('has expired: renew it there');
  });

  it.skipIf(!hasMosquitto)('one of ours that the broker wants', async () => {
    const tls = tlsFiles();
    const lines = ['require_certificate true', `cafile ${tls.ca}`];
    const broker = await startBroker({ tls, lines });
    ends.push(() => broker.stop());
    const error = await troubleWith(login(broker.port, { tls: true, caFile: tls.ca }));
    expect(error.message).toContain('it wants a client certificate, which aps2mqtt does not have');
  });

  it('are parsed once, and anew when the file has changed', () => {
    const [one, other] = [tlsFiles().ca, tlsFiles().ca];
    const of = (caFile: string | null) => secureContext({ caFile, systemCaFile: null });
    expect(of(one)).toBe(of(one));
    const before = of(one);
    copyFileSync(other, one);
    expect(of(one)).not.toBe(before);
    expect(of(null)).toBe(of(null));
  });
});
