// Takes sound from its input as fast as a sound card plays it: 44.1 kHz, two channels of 16 bits. Ends with its input.
import { readSync } from 'node:fs';

const BYTES_PER_MS = 176.4;
/** A sink that was kept waiting, or held up, does not catch up with more than that. */
const LATE_MS = 100;

const block = Buffer.alloc(10 * BYTES_PER_MS);
const never = new Int32Array(new SharedArrayBuffer(4));
let dueAt = performance.now();
for (;;) {
  const bytes = readSync(0, block);
  if (bytes === 0) break;
  dueAt = Math.max(dueAt, performance.now() - LATE_MS) + bytes / BYTES_PER_MS;
  const ms = dueAt - performance.now();
  if (ms > 0) Atomics.wait(never, 0, 0, ms);
}
