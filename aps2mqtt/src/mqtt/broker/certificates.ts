import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { fileProblem } from '../../fileProblem.ts';
import type { Login } from './login.ts';
import { BrokerError } from './problems.ts';

/** Where Alpine and Debian keep the system's certificates. */
const SYSTEM_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** The newest context, and the file's name, time and size that it was made for. */
let cached: { readonly of: string; readonly context: SecureContext } | null = null;

/**
 * Who may sign a broker's certificate: the CA file alone where one is set; else what Node brings, and the system's.
 * Made anew only when the file has changed: to parse all root certificates takes 34 ms and some MB, and a broker that is
 * away is tried every five seconds, for ever.
 *
 * @throws BrokerError when the CA file can't be used
 */
export function secureContext({ caFile, systemCaFile }: Pick<Login, 'caFile' | 'systemCaFile'>): SecureContext {
  const path = caFile ?? systemCaFile ?? SYSTEM_CERTIFICATES;
  const of = `${caFile === null ? 'system' : 'own'} ${path} ${versionOf(path)}`;
  if (cached?.of !== of) {
    const ca = caFile === null ? systemCertificates(path) : [readCaFile(caFile)];
    cached = { of, context: contextOf(ca, caFile) };
  }
  return cached.context;
}

function versionOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return 'none';
  }
}

function contextOf(ca: string[], caFile: string | null): SecureContext {
  try {
    return createSecureContext({ ca });
  } catch (error) {
    throw new BrokerError(`The CA file ${caFile ?? ''} cannot be used: what is in it is damaged`, false, {
      cause: error,
    });
  }
}

function systemCertificates(path: string): string[] {
  try {
    return [...rootCertificates, readFileSync(path, 'utf8')];
  } catch {
    // A system without that file: Node's own are all there is.
    return [...rootCertificates];
  }
}

function readCaFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new BrokerError(`The CA file ${path} cannot be read: ${fileProblem(error)}`, false, { cause: error });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new BrokerError(`The CA file ${path} holds no certificate in PEM form`, false);
  }
  return text;
}
