import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readUserSig } from '@rotunda/protocol/usersig';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';
import { APPLICATION, type Ran } from './process.contract.ts';
import { run } from './run.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'rotunda-cli-'));
  writeFileSync(join(dataDir, 'credentials.json'), JSON.stringify(APPLICATION));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** In this process, without its environment. */
async function rotunda(...line: readonly string[]): Promise<Ran> {
  let [out, error] = ['', ''];
  const code = await run(line, {
    environment: {},
    print: (text) => (out += text),
    complain: (text) => (error += text),
  });
  return { out, error, code };
}

const here = (...line: readonly string[]): Promise<Ran> => rotunda(...line, '--data-dir', dataDir);

describe('the help', () => {
  it('says what there is', async () => {
    const { out, code } = await rotunda('--help');
    expect(code).toBe(0);
    for (const { usage, summary } of Object.values(COMMANDS)) {
      expect(out).toContain(`rotunda ${usage}`);
      expect(out).toContain(summary);
    }
    expect(out).toContain('--expire');
    expect(await rotunda()).toMatchObject({ out, code: 2 });
  });

  it('is on the page for backends too', () => {
    const page = readFileSync(new URL('../../../docs/admin.md', import.meta.url), 'utf8');
    for (const name of Object.keys(COMMANDS)) expect(page).toMatch(new RegExp(`\`(npx rotunda )?${name}\\b`));
  });

  it.each(Object.entries(COMMANDS))('says more of %s', async (name, { usage, summary, details }) => {
    const { out, error, code } = await rotunda(...name.split(' '), '--help');
    expect({ error, code }).toEqual({ error: '', code: 0 });
    expect(out.startsWith(`rotunda ${usage}\n  ${summary}\n`)).toBe(true);
    if (details !== undefined) expect(out).toContain(details);
    expect(out).toContain('--data-dir');
    expect(out.includes('--expire ')).toBe(name === 'sig');
  });

  it('says of a family what belongs to it', async () => {
    const { out, code } = await rotunda('callbacks', '-h');
    expect(code).toBe(0);
    expect(out.match(/^ {2}rotunda \w+ \w+/gm)).toEqual([
      '  rotunda callbacks test',
      '  rotunda callbacks dead',
      '  rotunda callbacks replay',
    ]);
    expect(await rotunda('fly', '--help')).toMatchObject({
      out: '',
      code: 2,
      error: expect.stringContaining('no command "fly"'),
    });
  });
});

describe('a command line that is wrong', () => {
  it.each([
    [['fly'], /no command "fly"/],
    [['callbacks'], /no command "callbacks"/],
    [['rooms', '--wings', '2'], /wings/],
    [['rooms', '5'], /Nothing follows this command/],
    [['blocks', 'alice'], /Nothing follows this command/],
    [['callbacks', 'test', 'now'], /Nothing follows this command/],
    [['callbacks', 'dead', '1'], /Nothing follows this command/],
    [['members'], /Which room\? Say one/],
    [['members', '1', '2'], /Which room\? Say one/],
    [['sig'], /For which user\?/],
    [['sig', 'alice', 'bob'], /For which user\?/],
    [['sig', 'al ice/'], /userId/],
    [['sig', 'alice', '--expire', 'soon'], /expireSeconds/],
    [['rooms', '--expire', '5'], /rotunda rooms takes no --expire/],
    [['rooms', '--app', 'mine'], /The application is a number, not "mine"/],
    [['rooms', '--url', 'localhost:8080'], /url must be the address of a server/],
  ])('is refused, and it says why: %j', async (line, message) => {
    const { error, out, code } = await here(...line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(message);
    expect(error).not.toMatch(/^\s+at /m);
  });
});

describe('the credentials in the data directory', () => {
  it('make a ticket', async () => {
    const { out, code } = await here('sig', 'alice', '--expire', '60');
    expect(code).toBe(0);
    const { sdkAppId } = APPLICATION;
    expect(readUserSig(out.trim())).toMatchObject({ userId: 'alice', sdkAppId, expire: 60 });
  });

  it.each([
    ['', 'is damaged'],
    ['{"sdkAppId":1', 'is damaged'],
    ['null', 'is damaged'],
    [JSON.stringify({ ...APPLICATION, sdkAppId: 'x' }), 'is damaged'],
    [JSON.stringify({ ...APPLICATION, secretKey: undefined }), 'is damaged'],
    [JSON.stringify({ ...APPLICATION, cloudApi: { secretId: 'AKID' } }), 'is damaged'],
  ])('are said to be damaged if they are: %s', async (content, message) => {
    const file = join(dataDir, 'credentials.json');
    writeFileSync(file, content);
    expect(await here('sig', 'alice')).toEqual({
      out: '',
      error: `${file} ${message}. Mend it, or name another data directory with --data-dir.\n`,
      code: 1,
    });
  });

  it('are said to be unreadable if they are, and may be absent', async () => {
    const file = join(dataDir, 'credentials.json');
    rmSync(file);
    expect(await here('sig', 'alice')).toMatchObject({
      code: 2,
      error: expect.stringContaining('Which application?'),
    });
    mkdirSync(file);
    const { out, error, code } = await here('sig', 'alice');
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(error).toMatch(/credentials\.json cannot be read: EISDIR/);
    expect(error.trim().split('\n')).toHaveLength(1);
  });
});
