import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Timers } from '@rotunda/protocol';

const program = fileURLToPath(new URL('serve.ts', import.meta.url));

export interface ServerProcessOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly timers: Partial<Timers>;
  /** PostgreSQL, instead of a file in the folder. */
  readonly databaseUrl?: string | undefined;
}

/** A server in a process of its own, for tests that kill it. The same options start it again at the same address. */
export class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(child: ChildProcess, url: string, ended: Promise<void>) {
    this.#child = child;
    this.url = url;
    this.#ended = ended;
  }

  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--conditions=source', program, JSON.stringify(options)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      if (!line.startsWith('listening ')) continue;
      // Whatever it still says must not fill the pipe.
      child.stdout.resume();
      return new ServerProcess(child, line.slice('listening '.length), ended);
    }
    throw new Error('the server process ended before it listened');
  }

  /** As an administrator does. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }

  /** As a power cut would: no handler runs. Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
