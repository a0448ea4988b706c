import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second of /proc/<pid>/stat: fixed by the kernel's interface to user space. */
const TICKS_PER_SECOND = 100;

/** User and system CPU time of a process with all its threads since it started, in microseconds. */
export function cpuMicroseconds(pid: number): number {
  // The command name is in brackets and may contain blanks; user and system time are fields 14 and 15 of all.
  const fields = afterCommand(pid);
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / TICKS_PER_SECOND;
}

/** The media workers that a process started. */
export function workersOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        return (
          Number(afterCommand(candidate)[1]) === pid &&
          readFileSync(`/proc/${candidate}/comm`, 'utf8').startsWith('mediasoup-worke')
        );
      } catch {
        // It ended between the listing and the look.
        return false;
      }
    });
}

/** The fields of /proc/<pid>/stat after the command name; the first one is the state. */
function afterCommand(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
