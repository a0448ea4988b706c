import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';
import { workersOf } from './cpu.ts';

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
}

export interface ServerOptions {
  readonly workers?: number;
  /** Puts something into the data directory before the server starts. */
  readonly furnish?: (dataDir: string) => Promise<void>;
}

/** A server in a process of its own with a fresh data directory. */
export class BenchServer {
  readonly url: string;
  readonly #child: Child<unknown>;
  readonly #dataDir: string;

  private constructor(child: Child<unknown>, url: string, dataDir: string) {
    this.#child = child;
    this.url = url;
    this.#dataDir = dataDir;
  }

  static async start({ workers = 1, furnish }: ServerOptions = {}): Promise<BenchServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'rotunda-bench-'));
    try {
      await furnish?.(dataDir);
      const child = new Child<{ url: string }>('server-process.ts', { dataDir, workers });
      return new BenchServer(child, (await child.ready()).url, dataDir);
    } catch (error) {
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Process ids of the media workers. */
  get workers(): number[] {
    return workersOf(this.#child.pid);
  }

  get pid(): number {
    return this.#child.pid;
  }

  memory(): Promise<Memory> {
    return this.#child.ask<Memory>('memory');
  }

  /** For how long its event loop was held at most since the last time that this was asked, in milliseconds. */
  longestHold(): Promise<number> {
    return this.#child.ask<number>('longestHold');
  }

  async stop(): Promise<void> {
    await this.#child.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

/** Runs `measure` against a server of its own, which ends in any case. */
export async function withServer<T>(
  measure: (server: BenchServer) => Promise<T>,
  options: ServerOptions = {},
): Promise<T> {
  const server = await BenchServer.start(options);
  try {
    return await measure(server);
  } finally {
    await server.stop();
  }
}
