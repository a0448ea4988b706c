import { installPackages } from './apt.mjs';
import { run } from './process.mjs';
import { Refusal } from './refusal.mjs';
import { findCommand, isExecutable } from './system.mjs';

const commands = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome'];
const macApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
// Without a font the pages in screenshots have no text.
const packages = ['chromium', 'chromium-sandbox', 'fonts-liberation'];

/**
 * Finds a Chromium that starts, or installs one.
 * @param {{ reporter: ReturnType<import('./report.mjs').createReporter>, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<string>} The path of the program.
 * @throws {Refusal} When there is none and none can be installed from here.
 */
export async function obtainChromium({ reporter, env = process.env }) {
  const step = reporter.step('Chromium');
  try {
    const { path, version } = env.ROTUNDA_CHROMIUM
      ? await namedBrowser(env.ROTUNDA_CHROMIUM)
      : await anyBrowser({ step, env });
    step.done(version);
    return path;
  } catch (error) {
    step.fail('none that starts');
    throw error;
  }
}

async function namedBrowser(path) {
  const version = await versionOf(path);
  if (version === undefined)
    throw new Refusal(`ROTUNDA_CHROMIUM names ${path}, which does not start as a Chromium.`);
  return { path, version };
}

async function anyBrowser({ step, env }) {
  const present = await firstThatStarts(env);
  if (present !== undefined) return present;
  await installPackages(packages, {
    reason: 'The tests need a Chromium.',
    otherwise: 'Or set ROTUNDA_CHROMIUM to one.',
    step,
  });
  const installed = await firstThatStarts(env);
  if (installed === undefined)
    throw new Refusal('Chromium was installed but does not start. Set ROTUNDA_CHROMIUM to one that does.');
  return installed;
}

async function firstThatStarts(env) {
  const onPath = commands.map((name) => findCommand(name, env)).filter((path) => path !== undefined);
  for (const path of [...onPath, ...macApplications.filter(isExecutable)]) {
    const version = await versionOf(path);
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

/** A command of this name may be a mere hint to install something else, so it is asked. */
async function versionOf(path) {
  try {
    const { code, output } = await run(path, ['--version'], { timeoutMs: 20_000 });
    const version = output.find((line) => /^(Chromium|Google Chrome)\b.*\d/.test(line));
    return code === 0 ? version?.trim() : undefined;
  } catch {
    return undefined;
  }
}
