import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Reply {
  readonly id: number;
  /** Of the type that whoever asked expects. */
  readonly result: never;
  readonly error?: string;
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

const START_PATIENCE_MS = 30_000;
const STOP_PATIENCE_MS = 5000;

/** A process of the benchmark's own, asked over its IPC channel. Request id 0 is its readiness. */
export class Child<Ready> {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  readonly #ready: Promise<Ready>;
  #nextId = 1;

  constructor(script: string, argument: object) {
    this.#process = fork(
      fileURLToPath(new URL(`../${script}`, import.meta.url)),
      [JSON.stringify(argument)],
      {
        execArgv: ['--expose-gc', '--import', 'tsx', ...childFlags()],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    this.#ready = new Promise((resolve, reject) => this.#pending.set(0, { resolve, reject }));
    this.#process.on('message', (message: Reply) => this.#receive(message));
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', (code) => {
        this.#abandon(`${script} ended with ${code ?? 'a signal'}`);
        resolve();
      });
    });
  }

  /** What the process said when it was ready. */
  async ready(): Promise<Ready> {
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), START_PATIENCE_MS);
    try {
      return await this.#ready;
    } finally {
      clearTimeout(timer);
    }
  }

  get pid(): number {
    return this.#process.pid ?? Number.NaN;
  }

  ask<Result>(method: string, params: object = {}): Promise<Result> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#process.send({ id, method, params });
    });
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_PATIENCE_MS);
    if (this.#process.connected) {
      this.#process.disconnect();
    }
    await this.#exited;
    clearTimeout(timer);
  }

  #receive({ id, result, error }: Reply): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === undefined) {
      pending?.resolve(result);
    } else {
      pending?.reject(new Error(error));
    }
  }

  #abandon(reason: string): void {
    for (const { reject } of this.#pending.values()) {
      reject(new Error(reason));
    }
    this.#pending.clear();
  }
}

/** Further flags for the measured process, such as `--cpu-prof`, for whoever looks for a bottleneck. */
function childFlags(): string[] {
  return (process.env['ROTUNDA_BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
}

type Methods = Readonly<Record<string, (params: never) => unknown>>;

/** The child's side: says that it is ready, answers requests, and ends when the parent lets go. */
export function serve(options: { ready: object; methods: Methods; close: () => Promise<void> }): void {
  const { ready, methods, close } = options;
  const channel: NodeJS.EventEmitter = process;
  channel.on('message', ({ id, method, params }: { id: number; method: string; params: never }) => {
    Promise.resolve()
      .then(() => methods[method]?.(params))
      .then(
        (result) => process.send?.({ id, result }),
        (error: unknown) => process.send?.({ id, error: String(error) }),
      )
      .catch(() => undefined);
  });
  process.once('disconnect', () => {
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  process.send?.({ id: 0, result: ready });
}
