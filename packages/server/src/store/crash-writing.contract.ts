import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@rotunda/base';
import { expect } from 'vitest';
import type { OpenDatabase } from './database.ts';
import { SqlEndings } from './endings.ts';

const WRITER = fileURLToPath(new URL('./crash-writer.contract.ts', import.meta.url));

/** A process that writes to a database, or to one behind a URL, as fast as it can. */
export class CrashWriting {
  /** The number of the last write that it knows to be saved, or -1. */
  confirmed = -1;
  readonly process;

  constructor(place: string) {
    this.process = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', WRITER, place], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  /** Resolves when it is gone. `onConfirmed` is called once, after twenty writes. */
  async run(onConfirmed: () => void): Promise<void> {
    for await (const line of createInterface({ input: this.process.stdout })) {
      this.confirmed = Number(line);
      if (this.confirmed === 20) onConfirmed();
    }
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    expect(this.confirmed).toBeGreaterThanOrEqual(20);
  }

  /** That everything is there which was confirmed. */
  async expectSaved({ db }: OpenDatabase): Promise<void> {
    const endings = new SqlEndings(db, systemClock);
    for (let n = 0; n <= this.confirmed; n++)
      expect(await endings.findEnding(`s-${n}`)).toEqual({ reason: 'removed' });
  }
}
