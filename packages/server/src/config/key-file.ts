import { watchFile } from 'node:fs';
import { CONFIG_FILE, loadSettings } from './load.ts';
import { resolveOptions, type ServerConfig } from './options.ts';

/** How often the configuration file is looked at, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * Takes over the Cloud API key pairs of the configuration file each time that it changes; everything else in it is for
 * the next start. A file that cannot be used changes nothing. Without such a file nothing happens. Does not keep the
 * process alive.
 */
export function followKeyFile(
  env: NodeJS.ProcessEnv,
  { take, tell }: { take: (apps: ServerConfig['apps']) => void; tell: (line: string) => void },
): void {
  const path = env[CONFIG_FILE];
  if (!path) return;
  watchFile(path, { interval: LOOK_MS, persistent: false }, () => {
    try {
      const settings = loadSettings(env);
      if (settings['apps'] === undefined) return;
      take(resolveOptions(settings).apps);
      tell(`The Cloud API key pairs are those of ${path} now.`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tell(`The Cloud API key pairs stay as they were: ${reason}`);
    }
  });
}
