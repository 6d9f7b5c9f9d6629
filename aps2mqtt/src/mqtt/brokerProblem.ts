import { connectionProblem, hostAndPort } from '../address.ts';
import { codeOf } from '../errors.ts';
import { isObject } from '../json.ts';
import { bothNames } from '../options/python.ts';
import type { Login } from './session.ts';

/** The broker turned us away, or could not be reached. */
export class BrokerError extends Error {
  override name = 'BrokerError';
  /** The broker does not know this user or password, or does not let it in. */
  readonly isLoginRefused: boolean;

  constructor(message: string, isLoginRefused: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isLoginRefused = isLoginRefused;
  }
}

/** Return codes of MQTT 3.1.1 (1, 2, 4, 5) and reason codes of MQTT 5, as `codeOf` gives them. */
const LOGIN_REFUSED: ReadonlySet<string> = new Set(['4', '5', '134', '135']);
const PROTOCOL_REFUSED: ReadonlySet<string> = new Set(['1', '132']);
const CLIENT_ID_REFUSED: ReadonlySet<string> = new Set(['2', '133']);
/** What comes of TLS on one side only; an error without a code comes of bytes that are no MQTT. */
const MISMATCH: ReadonlySet<string> = new Set(['ECONNRESET', 'EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', '']);

/** Why a connection could not be made, in words that say what to do about it. */
export function describeProblem(error: Error, login: Login): BrokerError {
  const { host, port, username } = login;
  const where = hostAndPort(host, port);
  const options = { cause: error };
  if (LOGIN_REFUSED.has(codeOf(error))) {
    const who = username === '' ? 'a login without user name' : `user "${username}"`;
    return new BrokerError(`The broker at ${where} refused ${who}: check user name and password`, true, options);
  }
  return new BrokerError(`The broker at ${where} cannot be used: ${words(error, login)}`, false, options);
}

const NO_CHECK = `${bothNames('mqtt.tls_verify')} to false`;

function words(error: Error, { host, tls, port, protocol, clientId }: Login): string {
  const code = codeOf(error);
  const problem = connectionProblem(error);
  if (code === 'ECONNREFUSED') {
    return `${problem}. Is it running, and is this its address and port?`;
  }
  if (PROTOCOL_REFUSED.has(code)) {
    return `it does not know MQTT ${protocol}. Set ${bothNames('mqtt.protocol')} to ${protocol === '5' ? '3.1.1' : '5'}`;
  }
  if (CLIENT_ID_REFUSED.has(code)) {
    return `it refused the client id "${clientId}". Set another ${bothNames('mqtt.client_id')}`;
  }
  if (error.message === 'connack timeout') {
    return 'it does not answer';
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `${otherName(error, host)}, or ${NO_CHECK}`;
  }
  if (/certificate|altnames/i.test(error.message)) {
    return `${problem}. Set ${bothNames('mqtt.ca_file')} to the certificate that signed the broker's, or ${NO_CHECK}`;
  }
  if (MISMATCH.has(code)) {
    const hint = tls
      ? `does port ${port} speak TLS? It is often 8883`
      : `does port ${port} want TLS, or is it no MQTT broker?`;
    return `${problem}: ${hint}`;
  }
  return problem;
}

/** The certificate is another host's. What stands in it came over the network: only what may be in a name is shown. */
function otherName(error: Error, host: string): string {
  const certificate = 'cert' in error && isObject(error.cert) ? error.cert : {};
  const { subjectaltname: names, subject } = certificate;
  const listed = typeof names === 'string' ? Array.from(names.matchAll(NAME), ([, name = '']) => name) : [];
  const common = isObject(subject) && typeof subject.CN === 'string' ? subject.CN.match(/^[\w.*:-]+$/) : null;
  const whose = (listed.length > 0 ? listed.slice(0, 3) : (common ?? [])).join(', ') || 'another host';
  return `the broker's certificate is for ${whose}, not for ${host}: set ${bothNames('mqtt.host')} to the name in the certificate`;
}

const NAME = /\b(?:DNS|IP Address):([\w.*:-]{1,253})/g;
