import { runOrRefuse } from './process.mjs';
import { Refusal } from './refusal.mjs';
import { findCommand, isDebianLike, isSuperuser, osRelease } from './system.mjs';

const patient = ['-o', 'DPkg::Lock::Timeout=300'];

/**
 * The command that a user without our rights has to type.
 * @param {readonly string[]} packages
 */
export function installCommand(packages) {
  return `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/**
 * Installs packages of a Debian-like distribution if we may, and otherwise tells the user how to.
 * @param {readonly string[]} packages
 * @param {{ reason: string, otherwise: string, step: { update(text: string): void, note(text: string): void } }} options
 *   `reason`: why they are needed. `otherwise`: the way that does not need them, for the message.
 * @throws {Refusal} When they cannot be installed from here.
 */
export async function installPackages(packages, { reason, otherwise, step }) {
  if (!isDebianLike(osRelease()) || (isSuperuser() && findCommand('apt-get') === undefined)) {
    const wanted = `${reason} These are the names of the packages in Debian; install what your system calls them:`;
    throw new Refusal(
      `${wanted}\n\n    ${packages.join(' ')}\n\nThen run the same command again. ${otherwise}`,
    );
  }
  if (!isSuperuser()) {
    throw new Refusal(
      `${reason} Install what is missing with:\n\n    ${installCommand(packages)}\n\nThen run the same command again. ${otherwise}`,
    );
  }
  step.note(`${reason} Running as root, so installing: ${packages.join(' ')}`);
  // A package manager that is stopped half-way leaves a broken system: an interruption waits for it.
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, finishes: true };
  step.update('reading the package lists');
  const update = { ...options, purpose: 'The package lists could not be read' };
  await runOrRefuse('apt-get', [...patient, 'update'], update).catch((error) =>
    step.note(firstLine(error.message)),
  );
  step.update(`installing ${packages.length} packages`);
  const install = [...patient, 'install', '-y', '--no-install-recommends', ...packages];
  await runOrRefuse('apt-get', install, { ...options, purpose: 'The packages could not be installed' });
}

function firstLine(text) {
  return text.split('\n', 1)[0];
}
