import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { fileProblem } from '../fileProblem.ts';
import { BrokerError } from './brokerProblem.ts';
import type { Login } from './session.ts';

/** Where Alpine and Debian keep the system's certificates. */
const SYSTEM_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Who may sign a broker's certificate: the CA file alone where one is set; else what Node brings, and the system's.
 *
 * @throws BrokerError when the CA file can't be used
 */
export function certificates({ caFile, systemCaFile }: Pick<Login, 'caFile' | 'systemCaFile'>): string[] {
  if (caFile !== null) {
    return [readCaFile(caFile)];
  }
  try {
    return [...rootCertificates, readFileSync(systemCaFile ?? SYSTEM_CERTIFICATES, 'utf8')];
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
