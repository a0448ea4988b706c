// The interface of the native-like face, read from its sources.
//   `npm run docs`         writes a reference with all comments into docs/api
//   `npm run docs:report`  renews packages/client/api-report.md, which shows in a review what changes
//   `api.mjs check`        part of `npm run check`: is everything documented, and the report up to date?
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  const { readApi, renderReport } = await import('./lib/api.mjs');
  const { root } = await import('./lib/paths.mjs');
  const { Refusal } = await import('./lib/refusal.mjs');

  const client = join(root, 'packages', 'client');
  const reportPath = join(client, 'api-report.md');
  const reference = join(root, 'docs', 'api');

  const commands = {
    docs: async ({ writeReference }) => {
      await writeReference(reference);
      console.log(`The reference is in ${reference}: open index.html.`);
      return 0;
    },
    report: async ({ surface }) => {
      await writeFile(reportPath, renderReport(surface));
      return 0;
    },
    check: async ({ complaints, surface }) => {
      const problems = [...complaints];
      if ((await readFile(reportPath, 'utf8')) !== renderReport(surface)) {
        problems.push(
          'packages/client/api-report.md is not up to date. Run `npm run docs:report`, and commit it if the change of the interface is meant.',
        );
      }
      for (const problem of problems) console.error(problem);
      return problems.length > 0 ? 1 : 0;
    },
  };

  return async () => {
    const command = commands[process.argv[2] ?? ''];
    if (command === undefined) throw new Refusal(`Usage: api.mjs ${Object.keys(commands).join('|')}`);
    return command(
      await readApi({
        entry: join(client, 'src', 'index.ts'),
        // With the sources of workspace packages, so that nothing has to be built before.
        tsconfig: join(client, 'tsconfig.api.json'),
        name: 'Rotunda: the native-like SDK',
      }),
    );
  };
});
