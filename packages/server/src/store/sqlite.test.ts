import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FakeClock, systemClock } from '@rotunda/base';
import { afterAll, describe, expect, it } from 'vitest';
import { openSqliteStore } from './sqlite.ts';
import { storeContract } from './store.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'rotunda-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeContract('SQLite', {
  open: (clock) => openSqliteStore({ file: join(folder, 'contract', 'rotunda.db'), clock }),
  clear: () => rmSync(join(folder, 'contract'), { recursive: true, force: true }),
});

describe('the SQLite store', () => {
  it('has everything that it confirmed before its process was killed', async () => {
    const file = join(folder, 'crash.db');
    const writer = fileURLToPath(new URL('./crash-writer.contract.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', writer, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let confirmed = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      confirmed = Number(line);
      if (confirmed === 20) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    expect(confirmed).toBeGreaterThanOrEqual(20);
    const store = await openSqliteStore({ file, clock: systemClock });
    for (let n = 0; n <= confirmed; n++) expect(await store.findEnding(`s-${n}`)).toBe('removed');
    await store.close();
  });

  it('can be read by its owner only', async () => {
    const file = join(folder, 'private.db');
    const store = await openSqliteStore({ file, clock: new FakeClock() });
    await store.secret('one');
    for (const name of [file, `${file}-wal`]) expect(statSync(name).mode & 0o077).toBe(0);
    await store.close();
  });

  it('refuses a file that is no database', async () => {
    const file = join(folder, 'text.db');
    writeFileSync(file, 'this is a text, not a database, and long enough to be looked at'.repeat(50));
    await expect(openSqliteStore({ file, clock: new FakeClock() })).rejects.toThrow();
  });

  it('saves the end of a room of 300 in a moment', async () => {
    const store = await openSqliteStore({ file: join(folder, 'fast.db'), clock: new FakeClock() });
    const many = Array.from({ length: 300 }, (_, i) => ({
      sessionId: `s-${i}`,
      reason: 'dismissed' as const,
      at: 1,
    }));
    const start = performance.now();
    await store.saveEndings(many);
    // Three hundred separate transactions would take seconds.
    expect(performance.now() - start).toBeLessThan(500);
    await store.close();
  });
});
