type Stop = () => void;

/**
 * Calls again and again, every `ms` milliseconds, also while the page is hidden: the clock is a worker, because a hidden
 * page's own timers sleep. Where a page forbids such workers its own timer has to do. @returns how to stop it.
 */
export function startTicker(ms: number, onTick: () => void): Stop {
  let stop: Stop;
  const fallBack = (): void => {
    stop = startTimer(ms, onTick);
  };
  try {
    stop = startWorker(ms, onTick, fallBack);
  } catch {
    fallBack();
  }
  return () => stop();
}

function startWorker(ms: number, onTick: () => void, onRefused: () => void): Stop {
  const program = `setInterval(() => postMessage(0), ${ms})`;
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  const stop = (): void => {
    worker.removeEventListener('message', onTick);
    worker.removeEventListener('error', refused);
    worker.terminate();
  };
  const refused = (): void => {
    stop();
    onRefused();
  };
  worker.addEventListener('message', onTick);
  worker.addEventListener('error', refused);
  return stop;
}

function startTimer(ms: number, onTick: () => void): Stop {
  const timer = setInterval(onTick, ms);
  return () => clearInterval(timer);
}
