import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const driverSource = fileURLToPath(new URL('page/driver.ts', import.meta.url));

/** The scripts of a test page, built from the sources as they are now. */
export interface Bundle {
  /** The script-tag build of the SDK. */
  readonly sdk: string;
  /** The harness's half that lives in the page. */
  readonly driver: string;
}

export async function buildBundle(): Promise<Bundle> {
  const outDir = await mkdtemp(join(tmpdir(), 'rotunda-e2e-'));
  try {
    await Promise.all([buildSdk(join(outDir, 'sdk')), buildDriver(join(outDir, 'driver'))]);
    return {
      sdk: await readFile(join(outDir, 'sdk', 'rotunda.iife.js'), 'utf8'),
      driver: await readFile(join(outDir, 'driver', 'driver.iife.js'), 'utf8'),
    };
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}

/** Builds the meeting page. @returns the directory with its files */
export async function buildWeb(outDir: string): Promise<string> {
  const root = join(repository, 'apps/web');
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  });
  return outDir;
}

/** Builds the SDK into a directory. */
export async function buildSdk(outDir: string): Promise<void> {
  const root = join(repository, 'packages/client');
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  });
}

async function buildDriver(outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      minify: false,
      lib: {
        entry: driverSource,
        formats: ['iife'],
        name: 'rotundaDriver',
        fileName: () => 'driver.iife.js',
      },
    },
  });
}
