import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadOrCreateCredentials, type Credentials } from './config/credentials.ts';
import { followKeyFile } from './config/key-file.ts';
import { loadSettings } from './config/load.ts';
import { resolveOptions } from './config/options.ts';
import { ConfigError, startServer, type StartServerOptions } from './index.ts';

/** The process behind `npm start`. `--dev` turns development mode on. */
const BUILT_PAGE = fileURLToPath(new URL('../../../apps/web/dist', import.meta.url));

async function main(): Promise<void> {
  const settings = loadSettings(process.env);
  const dev = process.argv.includes('--dev');
  const dataDir = typeof settings['dataDir'] === 'string' ? settings['dataDir'] : './data';
  const generated = settings['apps'] === undefined ? loadOrCreateCredentials(dataDir) : null;
  const server = await startServer({
    ...(existsSync(BUILT_PAGE) ? { webDir: BUILT_PAGE } : {}),
    ...(dev ? { logLevel: 'warn' } : {}),
    ...(generated ? { apps: [generated] } : {}),
    ...settings,
    dev,
  } as StartServerOptions);
  announce(server.url, generated, { dev });
  const apps = generated ? [generated] : resolveOptions(settings).apps;
  const sdkAppIds = apps.map(({ sdkAppId }) => sdkAppId);
  followKeyFile(process.env, sdkAppIds, {
    take: (keys) => server.replaceCloudApiKeys(keys),
    tell: (line) => console.log(line),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      server.close().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

function announce(url: string, credentials: Credentials | null, mode: { dev: boolean }): void {
  const lines = ['', `  Rotunda is ready: ${url}/`, ''];
  if (credentials) {
    lines.push(
      `  SDKAppID             ${credentials.sdkAppId}`,
      `  Secret key           ${credentials.secretKey}`,
      `  Cloud API SecretId   ${credentials.cloudApi.secretId}`,
      `  Cloud API SecretKey  ${credentials.cloudApi.secretKey}`,
      '',
    );
  }
  if (mode.dev) lines.push('  Development mode: pages on this machine get tickets. Ctrl-C stops.', '');
  console.log(lines.join('\n'));
}

/** What whoever starts the server can mend is said without anything of its inside. */
function fail(error: unknown): never {
  if (error instanceof ConfigError) console.error(`Rotunda cannot start: ${error.message}`);
  else console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}

main().catch(fail);
