import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const VERSION = '2.0.2';

export interface PythonProgram {
  readonly interpreter: string;
  /** Of the interpreter. */
  readonly version: string;
  /** MB of packages, without the ones that every new environment has. */
  readonly size: number;
}

/**
 * Installs the Python program from PyPI into a folder of its own; at once when it is there already.
 *
 * @throws Error when there is no Python 3, or no way to PyPI
 */
export function installPython(folder: string): PythonProgram {
  const isWindows = process.platform === 'win32';
  const interpreter = path.join(folder, isWindows ? 'Scripts/python.exe' : 'bin/python');
  if (!isInstalled(interpreter)) {
    run(isWindows ? 'python' : 'python3', ['-m', 'venv', '--clear', folder]);
    const quiet = ['--quiet', '--quiet', '--disable-pip-version-check', '--no-input'];
    run(interpreter, ['-m', 'pip', 'install', ...quiet, `aps2mqtt==${VERSION}`]);
  }
  const packages = run(interpreter, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  return { interpreter, version: run(interpreter, ['--version']).replace('Python ', ''), size: sizeOf(packages) };
}

function isInstalled(interpreter: string): boolean {
  if (!existsSync(interpreter)) {
    return false;
  }
  try {
    return run(interpreter, ['-c', 'import importlib.metadata as m; print(m.version("aps2mqtt"))']) === VERSION;
  } catch {
    // Begun, and never finished.
    return false;
  }
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

const EVERYWHERE = /^(?:pip|setuptools|pkg_resources|_distutils_hack|distutils-precedence)\b/;

function sizeOf(packages: string): number {
  const files = readdirSync(packages, { recursive: true, encoding: 'utf8' }).filter((file) => !EVERYWHERE.test(file));
  const sizes = files.map((file) => statSync(path.join(packages, file))).filter((stats) => stats.isFile());
  return sizes.reduce((sum, { size }) => sum + size, 0) / 1024 ** 2;
}
