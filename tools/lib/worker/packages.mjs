import { installPackages } from '../apt.mjs';
import { run } from '../process.mjs';
import { Refusal } from '../refusal.mjs';
import { findCommand } from '../system.mjs';
import { requirements } from './recipe.mjs';

/**
 * The packages that stand for what is not there.
 * @param {readonly { package: string, command?: string, library?: string }[]} wanted
 * @param {{ hasCommand: (name: string) => boolean, hasLibrary: (name: string) => boolean }} machine
 * @returns {string[]}
 */
export function missingPackages(wanted, { hasCommand, hasLibrary }) {
  const isThere = ({ command, library }) =>
    command === undefined ? hasLibrary(library) : hasCommand(command);
  return wanted.filter((requirement) => !isThere(requirement)).map((requirement) => requirement.package);
}

/**
 * Sees to it that the media worker can be compiled here.
 * @param {{ update(text: string): void, note(text: string): void }} step
 * @throws {Refusal} When something is missing and cannot be installed from here.
 */
export async function prepareForBuild(step) {
  step.update('looking for a compiler and libraries');
  const missing = missingPackages(requirements, await machine());
  if (missing.length === 0) return;
  await installPackages(missing, {
    reason: 'The media worker has to be compiled here, and that needs a compiler and some libraries.',
    otherwise: 'Or set MEDIASOUP_WORKER_BIN to a mediasoup-worker that runs on this machine.',
    step,
  });
  const still = missingPackages(requirements, await machine());
  if (still.length > 0) {
    throw new Refusal(
      `These packages were installed and yet what they should bring is not found: ${still.join(' ')}`,
    );
  }
}

async function machine() {
  const hasCommand = (name) => findCommand(name) !== undefined;
  const libraries = requirements.flatMap(({ library }) => (library === undefined ? [] : [library]));
  const present = new Set();
  if (hasCommand('pkg-config')) {
    for (const library of libraries) {
      const { code } = await run('pkg-config', ['--exists', library]);
      if (code === 0) present.add(library);
    }
  }
  return { hasCommand, hasLibrary: (name) => present.has(name) };
}
