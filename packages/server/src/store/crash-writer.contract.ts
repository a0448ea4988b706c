import { systemClock } from '@rotunda/base';
import { openSqliteStore } from './sqlite.ts';

/** A process that saves endings until it is killed, and says after each that it is saved. */
const [file = ''] = process.argv.slice(2);
const store = await openSqliteStore({ file, clock: systemClock });
for (let n = 0; ; n++) {
  await store.saveEndings([{ sessionId: `s-${n}`, reason: 'removed', at: systemClock.now() }]);
  process.stdout.write(`${n}\n`);
}
