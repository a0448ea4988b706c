import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run, runForeground, runOrRefuse } from './process.mjs';
import { isProcessAlive } from './system.mjs';

const here = (file) => new URL(file, import.meta.url).href;
const imports = `import { handleInterruption, onEnd, run, runForeground } from '${here('./process.mjs')}';
import { withLock } from '${here('./lock.mjs')}';
handleInterruption();`;

let directory;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rotunda-process-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Starts a tool with this body and waits for the file `ready` that one of its children writes: its process id. */
async function startTool(body) {
  const path = join(directory, 'tool.mjs');
  writeFileSync(path, `${imports}\n${body}`);
  const tool = spawn(process.execPath, [path], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  tool.stdout.on('data', (chunk) => (output += chunk));
  const closed = once(tool, 'close');
  await expect.poll(() => existsSync(join(directory, 'ready'))).toBe(true);
  await expect.poll(() => readFileSync(join(directory, 'ready'), 'utf8')).toMatch(/\d+\n/);
  return {
    tool,
    grandchild: Number(readFileSync(join(directory, 'ready'), 'utf8')),
    ended: async () => {
      const [code] = await closed;
      return { code, output };
    },
  };
}

describe('run', () => {
  it('hands out lines and keeps them', async () => {
    const lines = [];
    const { code, output } = await run('sh', ['-c', 'printf "a\\nb\\n" && printf c'], {
      onLine: (line) => lines.push(line),
    });
    expect({ code, output, lines }).toEqual({ code: 0, output: ['a', 'b', 'c'], lines: ['a', 'b', 'c'] });
  });

  it('keeps the first and the last lines of a long output', async () => {
    const { output } = await run('seq', ['100']);
    expect(output.slice(0, 2)).toEqual(['1', '2']);
    expect(output).toContain('[40 lines left out]');
    expect(output.at(-1)).toBe('100');
  });

  it('ends a program that takes too long, with all that it started', async () => {
    const { signal } = await run('sh', ['-c', 'sleep 60 & sleep 60'], { timeoutMs: 50 });
    expect(signal).toBe('SIGKILL');
  });

  it('refuses with the output of what failed', async () => {
    const failing = runOrRefuse('sh', ['-c', 'echo because; exit 7'], { purpose: 'It could not be done' });
    await expect(failing).rejects.toThrow(
      /^It could not be done: `sh -c .*` failed \(exit code 7\):\n\nbecause$/s,
    );
  });

  it('refuses what cannot be started', async () => {
    await expect(runOrRefuse('no-such-program', [], { purpose: 'No' })).rejects.toThrow(
      'no-such-program could not be started (ENOENT)',
    );
  });
});

describe('an interruption', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('by %s ends the children and theirs, gives the lock back and cleans up', async (signal, expected) => {
    const { tool, grandchild, ended } = await startTool(`
      onEnd(() => process.stdout.write('cleaned up'));
      await withLock('the.lock', () => run('sh', ['-c', 'sleep 60 & echo $! > ready; wait']));
      process.stdout.write('went on');`);
    expect(readdirSync(directory)).toContain('the.lock');
    tool.kill(signal);
    expect(await ended()).toEqual({ code: expected, output: 'cleaned up' });
    expect(readdirSync(directory)).not.toContain('the.lock');
    await expect.poll(() => isProcessAlive(grandchild)).toBe(false);
  });

  it('waits for a program that must finish', async () => {
    const { tool, ended } = await startTool(`
      const script = 'echo $$ > ready; while [ ! -e go ]; do sleep 0.05; done; echo finished > outcome';
      await run('sh', ['-c', script], { finishes: true });`);
    tool.kill('SIGINT');
    writeFileSync(join(directory, 'go'), '');
    expect((await ended()).code).toBe(130);
    expect(readFileSync(join(directory, 'outcome'), 'utf8')).toBe('finished\n');
  });
});

describe('a program in the foreground', () => {
  it('gets a signal once, however often it arrives at the same moment, and decides when to end', async () => {
    writeFileSync(
      join(directory, 'server.mjs'),
      `import { writeFileSync } from 'node:fs';
      let count = 0;
      process.on('SIGINT', () => {
        count += 1;
        setTimeout(() => { console.log(count + ' signal'); process.exit(5); }, 300);
      });
      setInterval(() => {}, 1000);
      writeFileSync('ready', process.pid + '\\n');`,
    );
    const { tool, ended } = await startTool(
      `process.exitCode = await runForeground(process.execPath, ['server.mjs']);`,
    );
    tool.kill('SIGINT');
    tool.kill('SIGINT');
    setTimeout(() => tool.kill('SIGINT'), 100);
    expect(await ended()).toEqual({ code: 5, output: '1 signal\n' });
  });

  it('passes its exit code on', async () => {
    expect(await runForeground('sh', ['-c', 'exit 9'])).toBe(9);
  });

  it('passes on that a signal ended it', async () => {
    expect(await runForeground('sh', ['-c', 'kill -TERM $$'])).toBe(143);
  });
});
