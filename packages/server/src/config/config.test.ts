import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_TIMERS, TRTC_TIMERS } from '@rotunda/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOrCreateCredentials } from './credentials.ts';
import { ConfigError, envName } from './errors.ts';
import { loadSettings } from './load.ts';
import { resolveOptions, serverOptionsSchema } from './options.ts';
import { SETTINGS } from './settings.ts';
import { timerFaults } from './timer-rules.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotunda-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const apps = [{ sdkAppId: 1, secretKey: 'k', cloudApi: { secretId: 'AKID1', secretKey: 's' } }];

function faultOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'none';
}

function file(content: string): string {
  const path = join(folder, 'rotunda.json');
  writeFileSync(path, content);
  return path;
}

describe('loadSettings', () => {
  it('takes the file, and the environment before it', () => {
    const path = file('{"port": 9000, "host": "0.0.0.0", "timers": {"giveUp": 20000}}');
    const env = {
      ROTUNDA_CONFIG: path,
      ROTUNDA_PORT: '9001',
      ROTUNDA_HOST: '',
      PATH: '/bin',
    };
    expect(loadSettings(env)).toEqual({ port: 9001, host: '0.0.0.0', timers: { giveUp: 20_000 } });
    expect(loadSettings({ ROTUNDA_TIMERS: 'trtc', ROTUNDA_APPS: '[]' })).toEqual({
      timers: 'trtc',
      apps: [],
    });
    expect(loadSettings({})).toEqual({});
  });

  it('names what cannot be read, and does not repeat a secret', () => {
    expect(faultOf(() => loadSettings({ ROTUNDA_PORT: 'tcp://10.0.0.1:80' }))).toBe(
      'ROTUNDA_PORT: must be a whole number',
    );
    expect(faultOf(() => loadSettings({ ROTUNDA_APPS: '[{"secretKey": "S3CRET"' }))).toBe(
      'ROTUNDA_APPS: must be JSON',
    );
    expect(faultOf(() => loadSettings({ ROTUNDA_CONFIG: join(folder, 'none') }))).toContain('cannot read');
    expect(faultOf(() => loadSettings({ ROTUNDA_CONFIG: file('{') }))).toContain('is not JSON');
    expect(faultOf(() => loadSettings({ ROTUNDA_CONFIG: file('[]') }))).toContain('must hold a JSON object');
    expect(faultOf(() => loadSettings({ ROTUNDA_CONFIG: file('{"prot": 1}') }))).toMatch(
      /unknown key prot; .*port/,
    );
  });

  it('says where a file is malformed, and nothing of what is in it', () => {
    const path = file('{\n  "apps": [{ "sdkAppId": 1, "secretKey": "S3CRET }]\n}');
    expect(faultOf(() => loadSettings({ ROTUNDA_CONFIG: path }))).toBe(
      `ROTUNDA_CONFIG: ${path} is not JSON: line 2, column 42`,
    );
    for (const content of [
      'S3CRET',
      '"S3CRET',
      '{"key": S3CRET}',
      '{"key": "S3CRET",}',
      '["S3CRET"]',
      '"S3CRET"',
    ])
      expect(faultOf(() => loadSettings({ ROTUNDA_CONFIG: file(content) }))).not.toContain('S3CRET');
  });

  it('finds a misspelt variable, but leaves those of other tools alone', () => {
    expect(faultOf(() => loadSettings({ ROTUNDA_PROT: '1' }))).toContain('did you mean ROTUNDA_PORT?');
    expect(faultOf(() => loadSettings({ ROTUNDA_WORKER: '1' }))).toContain('ROTUNDA_WORKERS');
    expect(loadSettings({ ROTUNDA_CHROMIUM: '/usr/bin/chromium', ROTUNDA_SERVICE_HOST: 'x' })).toEqual({});
  });
});

describe('the table of settings', () => {
  it('has what the server takes but development mode, under the name of its variable', () => {
    expect([...SETTINGS.map(({ key }) => key), 'dev'].toSorted()).toEqual(
      Object.keys(serverOptionsSchema.shape).toSorted(),
    );
    for (const { key, env } of SETTINGS) expect(env).toBe(envName(key));
  });
});

describe('resolveOptions', () => {
  it('fills in defaults', () => {
    expect(resolveOptions({ apps })).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      mediaPort: 40_000,
      dataDir: './data',
      timers: DEFAULT_TIMERS,
      iceServers: [],
      retentionDays: 14,
      dev: false,
      apps: [{ sdkAppId: 1, cloudApi: [{ secretId: 'AKID1', secretKey: 's' }], privateMapKey: 'off' }],
    });
    expect(resolveOptions({ apps, port: 0 }).mediaPort).toBe(0);
    expect(resolveOptions({ apps, port: 0, mediaPort: 5000 }).mediaPort).toBe(5000);
    expect(resolveOptions({ apps, timers: 'trtc' }).timers).toEqual(TRTC_TIMERS);
    expect(resolveOptions({ apps, timers: { giveUp: 9_999 } }).timers).toEqual({
      ...DEFAULT_TIMERS,
      giveUp: 9_999,
    });
    const callbacks = { url: 'https://backend.example/trtc?a=1' };
    expect(resolveOptions({ apps: [{ ...apps[0], callbacks }] }).apps[0]?.callbacks).toEqual({
      ...callbacks,
      retry: 'trtc',
    });
  });

  it.each([
    [{ url: 'ftp://a.b/' }, /apps\.0\.callbacks\.url/],
    [{ url: `http://a.b/${'x'.repeat(2_083)}` }, /callbacks\.url .*2083/],
    [{ url: 'http://a.b/', key: 'with space' }, /callbacks\.key .*letters and digits/],
    [{ url: 'http://a.b/', key: 'k'.repeat(33) }, /callbacks\.key .*32/],
    [{ url: 'http://a.b/', retry: 'never' }, /callbacks\.retry .*"long"/],
  ])('refuses callbacks that cannot be: %j', (callbacks, message) => {
    expect(() => resolveOptions({ apps: [{ ...apps[0], callbacks }] })).toThrow(message);
  });

  it.each([
    [{ port: 70_000 }, /^port \(ROTUNDA_PORT\) = 70000: .*65535/],
    [{ port: '80' }, /^port \(ROTUNDA_PORT\) = "80": .*number/],
    [{ mediaPort: -1 }, /^mediaPort \(ROTUNDA_MEDIA_PORT\) = -1: /],
    [{ workers: 0 }, /^workers .*= 0: .*1/],
    [{ announcedAddress: 'http://a.b' }, /^announcedAddress .*IP address or a host name/],
    [{ cloudApiRate: 0 }, /^cloudApiRate \(ROTUNDA_CLOUD_API_RATE\) = 0: /],
    [{ logLevel: 'loud' }, /^logLevel .*"loud".*"debug"/],
    [{ timers: 'fast' }, /^timers .*"trtc".*object/],
    [{ timers: { giveUp: 'x' } }, /^timers\.giveUp .*number/],
    [{ timers: { giveup: 1 } }, /^timers .*giveup/],
    [{ timers: { linkDead: 1_000 } }, /^timers\.linkDead .*= 1000: must be at least 4000, .*heartbeat/],
    [{ timers: { maxRetry: 900 } }, /^timers\.maxRetry .*= 900: must be at least 1000, .*firstRetry/],
    [{ timers: { firstRetry: 2_000 } }, /^timers\.goingAway .*= 2000: must be at least 2100, .*firstRetry/],
    [{ timers: { giveUp: 4_500 } }, /^timers\.giveUp .*= 4500: must be at least 5000, .*linkDead/],
    [{ iceServers: [{ urls: ['http://x'] }] }, /^iceServers\.0\.urls\.0 /],
    [{ redisUrl: 'redis://:S3CRET@x' }, /^redisUrl \(ROTUNDA_REDIS_URL\): .*not supported yet/],
    [{ databaseUrl: 'mysql://a:S3CRET@x/y' }, /^databaseUrl \(ROTUNDA_DATABASE_URL\): .*postgres:/],
    [{ retentionDays: 0 }, /^retentionDays \(ROTUNDA_RETENTION_DAYS\) = 0: .*1/],
    [{ prot: 1 }, /prot/],
    [{ apps: [] }, /^apps /],
    [{ apps: 'S3CRET' }, /^apps \(ROTUNDA_APPS\): /],
    [{ apps: ['S3CRET'] }, /^apps\.0 \(ROTUNDA_APPS\): /],
    [{ apps: [{ ...apps[0], secretKey: ['S3CRET'] }] }, /^apps\.0\.secretKey /],
    [{ apps: [{ ...apps[0], cloudApi: 'AKID:S3CRET' }] }, /^apps\.0\.cloudApi /],
    [{ apps: [{ ...apps[0], cloudApi: ['S3CRET'] }] }, /^apps\.0\.cloudApi/],
    [{ apps: [{ ...apps[0], callbacks: 'http://a:S3CRET@x' }] }, /^apps\.0\.callbacks /],
    [{ apps: [{ ...apps[0], callbacks: { url: 'ftp://a:S3CRET@x' } }] }, /callbacks\.url .*: /],
    [{ apps: [{ ...apps[0], callbacks: { url: 'http://x', key: 'S3CRET!' } }] }, /callbacks\.key .*: /],
    [{ iceServers: ['turn:S3CRET'] }, /^iceServers\.0 /],
    [{ iceServers: [{ urls: ['turns:S3CRET', 'S3CRET'] }] }, /^iceServers\.0\.urls\.1 /],
    [{ apps: [{ ...apps[0], sdkAppId: 0 }] }, /^apps\.0\.sdkAppId .*= 0: .*4294967295/],
    [{ apps: [{ ...apps[0], privateMapKey: true }] }, /^apps\.0\.privateMapKey .*"off".*"required"/],
    [{ apps: [{ ...apps[0], cloudApi: { secretId: 'a', secretKey: 7 } }] }, /^apps\.0\.cloudApi\.secretKey /],
  ])('says what is wrong with %j', (change, message) => {
    const fault = faultOf(() => resolveOptions({ apps, ...change }));
    expect(fault).toMatch(message);
    expect(fault).not.toContain('S3CRET');
  });
});

it('the README has every setting, and no other', () => {
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
  const named = readme.matchAll(/^\| `(ROTUNDA_\w+)`/gm);
  const rows = [...named].map(([, name = '']) => name);
  expect(rows.toSorted()).toEqual([...SETTINGS.map(({ env }) => env), 'ROTUNDA_CONFIG'].toSorted());
});

describe('the deadlines that are built in', () => {
  it.each([
    ["Rotunda's own", DEFAULT_TIMERS],
    ["TRTC's", TRTC_TIMERS],
  ])('do not contradict each other: %s', (_name, timers) => {
    expect(timerFaults(timers)).toEqual([]);
  });
});

describe('loadOrCreateCredentials', () => {
  it('makes credentials once, for the owner only, and leaves no draft', () => {
    const dataDir = join(folder, 'new', 'data');
    const made = loadOrCreateCredentials(dataDir);
    expect(made.sdkAppId).toBeGreaterThanOrEqual(1_400_000_000);
    expect(made.sdkAppId).toBeLessThanOrEqual(1_499_999_999);
    expect(made.secretKey).toMatch(/^[0-9a-f]{64}$/);
    expect(made.cloudApi.secretId).toMatch(/^AKID[A-Za-z0-9]{32}$/);
    expect(loadOrCreateCredentials(dataDir)).toEqual(made);
    expect(readdirSync(dataDir)).toEqual(['credentials.json']);
    expect(statSync(join(dataDir, 'credentials.json')).mode & 0o777).toBe(0o600);
    expect(loadOrCreateCredentials(join(folder, 'other')).secretKey).not.toBe(made.secretKey);
  });

  it('does not replace a file that it cannot use', () => {
    const path = join(folder, 'credentials.json');
    writeFileSync(path, '{"sdkAppId": 1}');
    expect(faultOf(() => loadOrCreateCredentials(folder))).toContain('is damaged');
    rmSync(path);
    mkdirSync(path);
    expect(faultOf(() => loadOrCreateCredentials(folder))).toContain('cannot be read');
  });
});
