import { connectionProblem, hostAndPort } from '../../address.ts';
import { codeOf } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { allNames } from '../../options/names.ts';
import { type Login, userOf } from './login.ts';

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
const RETAIN_REFUSED = '154';
/** What comes of TLS on one side only; an error without a code comes of bytes that are no MQTT. */
const MISMATCH: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', '']);
/** TLS alerts of a broker that asks for a certificate of ours and got none. */
const CLIENT_CERTIFICATE_WANTED = /ALERT_CERTIFICATE_REQUIRED|ALERT_HANDSHAKE_FAILURE|alert certificate required/i;

const NO_CHECK = `${allNames('mqtt.tls_verify')} to false`;
const NO_RETAIN =
  'it keeps no messages, and aps2mqtt needs that for discovery and availability: allow retained messages there (retain_available)';

/** Why a connection could not be made, in words that say what to do about it. */
export function describeProblem(error: Error, login: Login): BrokerError {
  const where = hostAndPort(login.host, login.port);
  const options = { cause: error };
  if (LOGIN_REFUSED.has(codeOf(error))) {
    const cure = login.isSupervisors
      ? 'this login comes from Home Assistant. Restart the app Mosquitto broker, then this one'
      : `check ${allNames('mqtt.username')} and ${allNames('mqtt.password')}`;
    const words = `The broker at ${where} refused ${userOf(login)}: ${cure}`;
    return new BrokerError(words, true, options);
  }
  const words = protocolWords(error, login) ?? tlsWords(error, login) ?? networkWords(error, login);
  return new BrokerError(`The broker at ${where} cannot be used: ${words}`, false, options);
}

function protocolWords(error: Error, { protocol, clientId }: Login): string | null {
  const code = codeOf(error);
  if (PROTOCOL_REFUSED.has(code)) {
    return `it does not know MQTT ${protocol}. Set ${allNames('mqtt.protocol')} to ${protocol === '5' ? '3.1.1' : '5'}`;
  }
  if (CLIENT_ID_REFUSED.has(code)) {
    return `it refused the client id "${clientId}". Set another ${allNames('mqtt.client_id')}`;
  }
  return code === RETAIN_REFUSED ? NO_RETAIN : null;
}

function tlsWords(error: Error, { host }: Login): string | null {
  const code = codeOf(error);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `${otherName(error, host)}, or ${NO_CHECK}`;
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return "the broker's certificate, or the one that signed it, has expired: renew it there. If it has not, this computer's clock is wrong";
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return "the broker's certificate is not valid yet: is this computer's clock right?";
  }
  if (CLIENT_CERTIFICATE_WANTED.test(`${code} ${error.message}`)) {
    return "it wants a client certificate, which aps2mqtt does not have. Let it ask for user name and password (mosquitto: 'require_certificate false')";
  }
  if (/certificate|altnames/i.test(error.message)) {
    const file = `${allNames('mqtt.ca_file')} to the certificate that signed the broker's`;
    // Node's advice on its own flags helps nobody here.
    const reason = connectionProblem(error).replace(/;? if the root CA.*$/, '');
    return `${reason}. Set ${file}, or ${NO_CHECK}`;
  }
  return null;
}

function networkWords(error: Error, { port, protocol, tls }: Login): string {
  const problem = connectionProblem(error);
  if (codeOf(error) === 'ECONNREFUSED') {
    return `${problem}. Is it running, and is this its address and port?`;
  }
  if (error.message === 'connack timeout') {
    return 'it does not answer';
  }
  if (!MISMATCH.has(codeOf(error))) {
    return problem;
  }
  const old = protocol === '5' ? ` Is it an old broker? Set ${allNames('mqtt.protocol')} to 3.1.1. Or` : '';
  const hint = tls
    ? `does port ${port} speak TLS? It is often 8883`
    : `does port ${port} want TLS, or is it no MQTT broker?`;
  return `${problem}:${old} ${hint}`;
}

/** How a connection that stood came to its end. */
export interface Loss {
  /** Of MQTT 5's DISCONNECT; undefined where the broker did not say. */
  readonly reasonCode: number | undefined;
  /** It is the last of several brief ones. */
  readonly isAgain: boolean;
}

/** A connection is lost: why, as far as the broker says it, and else what may be behind it when it comes again and again. */
export function describeLoss({ reasonCode, isAgain }: Loss, login: Login): string {
  const lost = `Lost the broker at ${hostAndPort(login.host, login.port)}`;
  const reason = reasonCode === undefined ? null : reasonWords(reasonCode, login);
  if (reason !== null) {
    return `${lost}: ${reason}`;
  }
  const code = reasonCode === undefined || reasonCode === 0 ? '' : ` (MQTT reason code ${reasonCode})`;
  return isAgain
    ? `${lost} again and again${code}. Its own log says why. May ${userOf(login)} use all topics of aps2mqtt (see MQTT topics in the documentation)? ` +
        `Does another program use the client id "${login.clientId}"? Stop it, or set ${allNames('mqtt.client_id')}`
    : `${lost}${code}`;
}

/** MQTT 5, 3.14.2.1. Null for what says nothing that helps. */
function reasonWords(code: number, login: Login): string | null {
  switch (code) {
    case 135:
      return `${userOf(login)} may not use a topic that aps2mqtt needs: allow it there (see MQTT topics in the documentation)`;
    case 139:
      return 'it shuts down';
    case 141:
      return 'it heard nothing of us for too long';
    case 142:
      return `another program logged in with the client id "${login.clientId}". Stop it, or set ${allNames('mqtt.client_id')}`;
    case 149:
      return 'a message was too large for it: let it take larger ones (mosquitto: max_packet_size)';
    case 150:
    case 151:
      return 'we said more than it allows (a limit of its own on messages)';
    case 138:
    case 152:
      return 'its administrator ended the connection';
    case 154:
      return NO_RETAIN;
    default:
      return null;
  }
}

/** The certificate is another host's. What stands in it came over the network: only what may be in a name is shown. */
function otherName(error: Error, host: string): string {
  const certificate = 'cert' in error && isObject(error.cert) ? error.cert : {};
  const { subjectaltname: names, subject } = certificate;
  const listed = typeof names === 'string' ? Array.from(names.matchAll(NAME), ([, name = '']) => name) : [];
  const common = isObject(subject) && typeof subject.CN === 'string' ? subject.CN.match(/^[\w.*:-]+$/) : null;
  const whose = (listed.length > 0 ? listed.slice(0, 3) : (common ?? [])).join(', ') || 'another host';
  return `the broker's certificate is for ${whose}, not for ${host}: set ${allNames('mqtt.host')} to the name in the certificate`;
}

const NAME = /\b(?:DNS|IP Address):([\w.*:-]{1,253})/g;
