import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';

/** What the figures were measured on, without any name of the machine. */
export function describeMachine(versions: Readonly<Record<string, string>>): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB of memory`;
  const machine = `${cpu?.model.trim() ?? 'unknown CPU'} (${process.arch}), ${cpus().length} cores, ${memory}`;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${machine}; ${type()} ${release()}; ${programs.join(', ')}`;
}

export function nodeVersion(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1);
}
