/** The oldest Node.js that the tools we build with accept. */
export const oldestNode = '20.19.0';

/**
 * Tells whether a version is at least another one. Pre-release tags are ignored.
 * @param {string} version Such as `v20.11.1`.
 * @param {string} least Such as `20.0.0`.
 */
export function isAtLeast(version, least) {
  const have = numbersOf(version);
  const want = numbersOf(least);
  for (let i = 0; i < want.length; i += 1) {
    if ((have[i] || 0) !== want[i]) return (have[i] || 0) > want[i];
  }
  return true;
}

/**
 * What to tell somebody whose Node.js is too old; undefined when it is new enough.
 * @param {string} version Such as `process.version`.
 */
export function complaintAboutNode(version) {
  if (isAtLeast(version, oldestNode)) return undefined;
  const [major, minor] = oldestNode.split('.');
  return `Rotunda needs Node.js ${major}.${minor} or newer, and this is ${version}. Get it from https://nodejs.org/ or with your version manager (for instance: nvm install ${major}).`;
}

function numbersOf(version) {
  return version
    .replace(/^v/, '')
    .split('-')[0]
    .split('.')
    .map((part) => Number.parseInt(part, 10));
}
