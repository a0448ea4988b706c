// docs/cloud-api/errors.md, written from the code of the server. Run with `--conditions=source --import tsx`.
//   `npm run docs:errors`         renews it
//   `cloud-api-errors.mjs check`  part of `npm run check`: is it up to date?
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  const { CLOUD_API_ERRORS } = await import('@rotunda/protocol/cloudapi');
  const { ACTIONS } = await import('../packages/server/src/cloudapi/registry.ts');
  const { renderErrors } = await import('./lib/cloud-api-errors.mjs');
  const { root } = await import('./lib/paths.mjs');

  const page = join(root, 'docs', 'cloud-api', 'errors.md');

  return async () => {
    const text = renderErrors(CLOUD_API_ERRORS, ACTIONS);
    if (process.argv[2] !== 'check') {
      await writeFile(page, text);
      return 0;
    }
    if ((await readFile(page, 'utf8')) === text) return 0;
    console.error('docs/cloud-api/errors.md is not up to date. Run `npm run docs:errors`, and commit it.');
    return 1;
  };
});
