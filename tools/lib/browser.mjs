import { installPackages } from './apt.mjs';
import { run } from './process.mjs';
import { Refusal } from './refusal.mjs';
import { findCommand, isExecutable } from './system.mjs';

/**
 * A browser that the tests need.
 * @typedef {object} Browser
 * @property {string} name
 * @property {string} variable The environment variable that may name its program.
 * @property {readonly string[]} commands Names under which it may be on the PATH, the best first.
 * @property {readonly string[]} applications Paths where it may be otherwise.
 * @property {readonly string[]} packages What Debian calls it, and what it needs beside itself.
 * @property {RegExp} version The line with which it answers `--version`.
 */

/**
 * Finds a browser that starts, or installs one.
 * @param {Browser} browser
 * @param {{ reporter: ReturnType<import('./report.mjs').createReporter>, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<string>} The path of the program.
 * @throws {Refusal} When there is none and none can be installed from here.
 */
export async function obtainBrowser(browser, { reporter, env = process.env }) {
  const step = reporter.step(browser.name);
  try {
    const named = env[browser.variable];
    const { path, version } = named
      ? await namedBrowser(browser, named)
      : await anyBrowser(browser, { step, env });
    step.done(version);
    return path;
  } catch (error) {
    step.fail('none that starts');
    throw error;
  }
}

async function namedBrowser(browser, path) {
  const version = await versionOf(browser, path);
  if (version === undefined)
    throw new Refusal(`${browser.variable} names ${path}, which does not start as a ${browser.name}.`);
  return { path, version };
}

async function anyBrowser(browser, { step, env }) {
  const present = await firstThatStarts(browser, env);
  if (present !== undefined) return present;
  const { name, variable } = browser;
  await installPackages(browser.packages, {
    reason: `The tests need a ${name}.`,
    otherwise: `Or set ${variable} to one.`,
    step,
  });
  const installed = await firstThatStarts(browser, env);
  if (installed === undefined)
    throw new Refusal(`${name} was installed but does not start. Set ${variable} to one that does.`);
  return installed;
}

async function firstThatStarts(browser, env) {
  const onPath = browser.commands.map((name) => findCommand(name, env)).filter((path) => path !== undefined);
  for (const path of [...onPath, ...browser.applications.filter(isExecutable)]) {
    const version = await versionOf(browser, path);
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

/** A command of this name may be a mere hint to install something else, so it is asked. */
async function versionOf(browser, path) {
  try {
    const { code, output } = await run(path, ['--version'], { timeoutMs: 20_000 });
    const version = output.find((line) => browser.version.test(line));
    return code === 0 ? version?.trim() : undefined;
  } catch {
    return undefined;
  }
}
