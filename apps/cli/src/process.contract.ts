import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

export const APPLICATION = {
  sdkAppId: 1_400_000_001,
  secretKey: 'the secret key of the application',
  cloudApi: { secretId: 'AKIDcli', secretKey: 'cli-secret' },
};

export interface Ran {
  readonly out: string;
  readonly error: string;
  readonly code: number | null;
}

/** Runs the command line as a process of its own, to its end. */
export async function rotunda(...line: readonly string[]): Promise<Ran> {
  const flags = ['--conditions=source', '--import', 'tsx'];
  const child = spawn(process.execPath, [...flags, main, ...line], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', error: '' };
  child.stdout.on('data', (text: Buffer) => (said.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said.error += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { ...said, code };
}
