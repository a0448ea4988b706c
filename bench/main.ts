import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { reachesAim, type BenchContext, type Row, type Scenario } from './lib/scenario.ts';
import { describeMachine } from './lib/machine.ts';
import { formatTable } from './lib/table.ts';
import { churn } from './scenarios/churn.ts';
import { dismiss } from './scenarios/dismiss.ts';
import { enterBrowser } from './scenarios/enter-browser.ts';
import { enterLight } from './scenarios/enter-light.ts';
import { forward } from './scenarios/forward.ts';
import { memory } from './scenarios/memory.ts';
import { removeBrowser } from './scenarios/remove-browser.ts';
import { removeLight } from './scenarios/remove-light.ts';
import { start } from './scenarios/start.ts';
import { store } from './scenarios/store.ts';

const SCENARIOS: readonly Scenario[] = [
  start,
  enterLight,
  enterBrowser,
  removeLight,
  removeBrowser,
  dismiss,
  churn,
  forward,
  memory,
  store,
];
/** No scenario may take longer. */
const SCENARIO_LIMIT_MS = 180_000;

const USAGE = `Usage: npm run bench -- [--quick] [--json] [scenario ...]

  --quick  a tenth of the runs: a look, not a figure
  --json   JSON on standard output in place of the table

Scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}`;

interface Outcome {
  readonly scenario: string;
  readonly rows: readonly Row[];
  readonly error?: string;
  /** It goes on somewhere: whatever is measured beside it would be worth nothing. */
  readonly overdue?: true;
}

class OverdueError extends Error {}

async function runScenario(scenario: Scenario, context: BenchContext): Promise<Outcome> {
  const limit = new AbortController();
  try {
    const overdue = delay(SCENARIO_LIMIT_MS, undefined, { signal: limit.signal }).then((): never => {
      throw new OverdueError(`not done within ${SCENARIO_LIMIT_MS / 1000} s`);
    });
    return { scenario: scenario.name, rows: await Promise.race([scenario.run(context), overdue]) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.progress(`failed: ${message}`);
    const overdue = error instanceof OverdueError ? { overdue: true as const } : {};
    return { scenario: scenario.name, rows: [], error: message, ...overdue };
  } finally {
    limit.abort();
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (values.help || unknown.length > 0) {
    console.error(unknown.length > 0 ? `Unknown scenario: ${unknown.join(', ')}\n\n${USAGE}` : USAGE);
    return unknown.length > 0 ? 2 : 0;
  }
  const wanted = SCENARIOS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const machine = describeMachine();
  const outcomes: Outcome[] = [];
  for (const scenario of wanted) {
    const progress = (text: string): void => console.error(`${scenario.name}: ${text}`);
    progress('running');
    const runs = (full: number): number => (values.quick ? Math.ceil(full / 10) : full);
    const outcome = await runScenario(scenario, { progress, runs });
    outcomes.push(outcome);
    if (outcome.overdue) break;
  }
  report(outcomes, { machine, json: values.json ?? false });
  return outcomes.some(({ error }) => error !== undefined) ? 1 : 0;
}

function report(outcomes: readonly Outcome[], how: { machine: string; json: boolean }): void {
  const { machine, json } = how;
  if (json) {
    const results = outcomes.map((outcome) => ({
      ...outcome,
      rows: outcome.rows.map((row) => ({ ...row, reached: reachesAim(row) })),
    }));
    console.log(JSON.stringify({ machine, results }, null, 2));
    return;
  }
  console.log(`\n${machine}\n`);
  console.log(formatTable(outcomes.flatMap(({ rows }) => rows)));
  for (const { scenario, error } of outcomes) {
    if (error !== undefined) {
      console.log(`${scenario} failed: ${error}`);
    }
  }
}

const exitCode = await main();
// The media library's threads would keep the process; its own clean-up ends the process badly at times.
process.exit(exitCode);
