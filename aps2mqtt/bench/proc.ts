import { readdirSync, readFileSync } from 'node:fs';

/** Whether the kernel tells what the functions here ask. */
export const hasProc = process.platform === 'linux';

/** MB (1024 · 1024 bytes) of a process. */
export interface Memory {
  readonly resident: number;
  /** Its own, not shared with the file it came from nor with other processes: what it takes away from the machine. */
  readonly private: number;
  /** The most that was ever resident. */
  readonly peak: number;
}

export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { resident: field(rollup, 'Rss'), private: field(rollup, 'Pss_Anon'), peak: field(status, 'VmHWM') };
}

function field(text: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
  if (kib === undefined) {
    throw new Error(`this kernel does not tell ${name}`);
  }
  return Number(kib) / 1024;
}

/** ms of processor time so far, of all threads that still live; in steps of 10 ms where the kernel counts no finer. */
export function processorTimeOf(pid: number): number {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const spent = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    return spent.reduce((sum, nanoseconds) => sum + Number(nanoseconds), 0) / 1e6;
  } catch {
    // A kernel without schedstat.
    return ticksOf(pid) * 10;
  }
}

/** 1/100 s of user and system time. The name before may hold spaces and brackets. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
