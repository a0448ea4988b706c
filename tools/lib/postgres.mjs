import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installPackages } from './apt.mjs';
import { run } from './process.mjs';
import { Refusal } from './refusal.mjs';
import { findCommand } from './system.mjs';

const variable = 'ROTUNDA_POSTGRES';
/** Where Debian has its versions, none of which is on the PATH. */
const debianFolder = '/usr/lib/postgresql';
const programs = ['postgres', 'initdb'];
/** Of each program: `postgres (PostgreSQL) 15.10 (Debian 15.10-0+deb12u1)`. */
const versionLine = /\(PostgreSQL\) (\d+)\S*/;
const oldest = 12;

/**
 * Finds the programs of PostgreSQL, with which the tests run servers of their own, or installs them.
 * @param {{ reporter: ReturnType<import('./report.mjs').createReporter>, env?: NodeJS.ProcessEnv, folder?: string }} options
 *   `folder`: where the system has its versions.
 * @returns {Promise<string>} The folder in which the programs are.
 * @throws {Refusal} When there are none and none can be installed from here.
 */
export async function obtainPostgres({ reporter, env = process.env, folder = debianFolder }) {
  const step = reporter.step('PostgreSQL');
  try {
    const named = env[variable];
    const { path, version } = named ? await namedOne(named) : await anyOne({ step, env, folder });
    step.done(version);
    return path;
  } catch (error) {
    step.fail('none that starts');
    throw error;
  }
}

async function namedOne(path) {
  const version = await versionOf(path);
  if (version === undefined)
    throw new Refusal(
      `${variable} names ${path}, which is not the folder of a PostgreSQL from ${oldest} that starts.`,
    );
  return { path, version };
}

async function anyOne({ step, env, folder }) {
  const present = await firstThatStarts({ env, folder });
  if (present !== undefined) return present;
  await installPackages(['postgresql'], {
    reason: 'The tests need a PostgreSQL.',
    otherwise: `Or set ${variable} to the folder of its programs.`,
    step,
  });
  const installed = await firstThatStarts({ env, folder });
  if (installed === undefined)
    throw new Refusal(`PostgreSQL was installed but does not start. Set ${variable} to one that does.`);
  return installed;
}

async function firstThatStarts({ env, folder }) {
  const command = findCommand('postgres', env);
  const onPath = command === undefined ? [] : [dirname(realpathSync(command))];
  for (const path of [...onPath, ...versionsIn(folder)]) {
    const version = await versionOf(path);
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

/** The newest first. */
function versionsIn(folder) {
  let names;
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.toSorted((a, b) => Number(b) - Number(a)).map((name) => join(folder, name, 'bin'));
}

/** What they say of themselves, if all programs start and are new enough. */
async function versionOf(path) {
  let said;
  for (const program of programs) {
    try {
      const { code, output } = await run(join(path, program), ['--version'], { timeoutMs: 20_000 });
      const match = output.map((line) => versionLine.exec(line)).find((found) => found !== null);
      if (code !== 0 || !match || Number(match[1]) < oldest) return undefined;
      said = match[0].replace(/[()]/g, '');
    } catch {
      return undefined;
    }
  }
  return said;
}
