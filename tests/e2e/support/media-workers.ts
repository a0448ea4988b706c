import { readdir, readFile } from 'node:fs/promises';

/** The media workers that a server in this process has started, by process id. */
export async function mediaWorkers(): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const found = await Promise.all(pids.map(async (pid) => ((await isOurWorker(pid)) ? pid : undefined)));
  return found.filter((pid) => pid !== undefined);
}

async function isOurWorker(pid: number): Promise<boolean> {
  try {
    const [status, command] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    return status.includes(`\nPPid:\t${process.pid}\n`) && command.includes('mediasoup-worker');
  } catch {
    // Processes come and go while they are being looked at.
    return false;
  }
}
