import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/**
 * How many bytes a browser has to load: of one module with all that it imports, minified and compressed with gzip.
 * @param {{ root: string, configFile: string, entry: string }} options `configFile` is of Vite, and builds a library of one file.
 */
export async function bundleSize({ root, configFile, entry }) {
  const built = await build({
    root,
    configFile,
    logLevel: 'error',
    build: { write: false, sourcemap: false, lib: { entry } },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs
    .flatMap((output) => ('output' in output ? output.output : []))
    .filter((file) => file.type === 'chunk');
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}

/**
 * One line for each bundle, and whether all of them are within their budgets.
 * @param {readonly { name: string, bytes: number, budget: number }[]} bundles Bytes.
 */
export function judgeSizes(bundles) {
  return {
    fits: bundles.every(({ bytes, budget }) => bytes <= budget),
    lines: bundles.map(({ name, bytes, budget }) => {
      const verdict = bytes <= budget ? `of ${inKb(budget)}` : `MORE than the ${inKb(budget)} of its budget`;
      return `${name}: ${inKb(bytes)} gzip, ${verdict}`;
    }),
  };
}

/** @param {number} bytes */
function inKb(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
