import { fileURLToPath } from 'node:url';
import { run } from '../process.mjs';

const probeProgram = fileURLToPath(new URL('./probe-program.mjs', import.meta.url));
const patienceMs = 15_000;

/**
 * Starts a media worker for real, through mediasoup, and lets it open ports and make a router. In a process of its own,
 * because a program that is not a worker may hang, and must not take us with it.
 * @param {string} binary
 * @param {{ mediasoup: string }} options `mediasoup`: the package's directory.
 * @returns {Promise<{ works: true } | { works: false, reason: string }>}
 */
export async function probeWorker(binary, { mediasoup }) {
  const { code, signal, output } = await run(process.execPath, [probeProgram, binary, mediasoup], {
    timeoutMs: patienceMs,
  });
  if (code === 0) return { works: true };
  if (signal === 'SIGKILL')
    return { works: false, reason: `it did not report within ${patienceMs / 1000} s` };
  return { works: false, reason: output.at(-1) ?? `exit code ${code}` };
}
