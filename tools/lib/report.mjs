const liveRefreshMs = 500;
const plainIntervalMs = 10_000;

/**
 * Prints what the tools are doing: on a terminal one live line per step, elsewhere a line at its start, at its end and
 * every ten seconds in between.
 * @param {{ stream?: NodeJS.WriteStream, now?: () => number }} [options] `now` answers milliseconds.
 */
export function createReporter({ stream = process.stdout, now = () => performance.now() } = {}) {
  return {
    /** @param {string} text A line of its own, outside any step. */
    say(text) {
      stream.write(`${text}\n`);
    },
    /** @param {string} title What the step is about, such as `Media worker`. */
    step: (title) => (stream.isTTY ? liveStep({ stream, now, title }) : plainStep({ stream, now, title })),
  };
}

/**
 * A duration as a person would write it.
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

function liveStep({ stream, now, title }) {
  const begun = now();
  let text = '';
  const erase = () => stream.write('\r\u001b[K');
  const draw = () => {
    const line = `… ${title}: ${text || 'working'} (${duration(now() - begun)})`;
    erase();
    stream.write(line.slice(0, Math.max(20, (stream.columns ?? 80) - 1)));
  };
  const timer = setInterval(draw, liveRefreshMs);
  timer.unref();
  const finish = (sign, outcome) => {
    clearInterval(timer);
    erase();
    stream.write(lastLine({ sign, title, outcome, ms: now() - begun }));
  };
  return {
    update(next) {
      text = next;
      draw();
    },
    note(line) {
      erase();
      stream.write(`  ${line}\n`);
    },
    done: (outcome) => finish('✓', outcome),
    fail: (outcome) => finish('✗', outcome),
  };
}

function plainStep({ stream, now, title }) {
  const begun = now();
  let printedAt = -Infinity;
  let phase = '';
  return {
    update(next, { progress = false } = {}) {
      // A change of phase is always told; a counter that moves is told now and then.
      const changed = !progress && next !== phase;
      if (!progress) phase = next;
      if (!changed && now() - printedAt < plainIntervalMs) return;
      printedAt = now();
      stream.write(`… ${title}: ${next} (${duration(now() - begun)})\n`);
    },
    note(line) {
      stream.write(`  ${line}\n`);
    },
    done: (outcome) => stream.write(lastLine({ sign: '✓', title, outcome, ms: now() - begun })),
    fail: (outcome) => stream.write(lastLine({ sign: '✗', title, outcome, ms: now() - begun })),
  };
}

function lastLine({ sign, title, outcome, ms }) {
  return `${sign} ${title}: ${outcome} (${duration(ms)})\n`;
}
