import { watchFile } from 'node:fs';
import { CONFIG_FILE, loadSettings } from './load.ts';
import { resolveOptions, type ServerConfig } from './options.ts';

/** How often the configuration file is looked at, in milliseconds. */
const LOOK_MS = 1_000;

type Apps = readonly Pick<ServerConfig['apps'][number], 'sdkAppId' | 'cloudApi'>[];

/**
 * Takes over the Cloud API key pairs of the configuration file each time that it changes; everything else in it is for the next
 * start. An application of the server that the file does not have any more has no key pairs. A file that cannot be used changes
 * nothing. Without such a file nothing happens. Does not keep the process alive.
 *
 * @param sdkAppIds those of the server
 */
export function followKeyFile(
  env: NodeJS.ProcessEnv,
  sdkAppIds: readonly number[],
  { take, tell }: { take: (apps: Apps) => void; tell: (line: string) => void },
): void {
  const path = env[CONFIG_FILE];
  if (!path) return;
  watchFile(path, { interval: LOOK_MS, persistent: false }, () => {
    try {
      const settings = loadSettings(env);
      if (settings['apps'] === undefined) return;
      const { apps } = resolveOptions(settings);
      const missing = sdkAppIds.filter((id) => !apps.some(({ sdkAppId }) => sdkAppId === id));
      take([...apps, ...missing.map((sdkAppId) => ({ sdkAppId, cloudApi: [] }))]);
      const without = missing.length > 0 ? ` It has none for ${missing.join(', ')}.` : '';
      tell(`The Cloud API key pairs are those of ${path} now.${without}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tell(`The Cloud API key pairs stay as they were: ${reason}`);
    }
  });
}
