import { silentLog, systemClock } from '@rotunda/base';
import { openStore } from './open.ts';

/** A process that saves endings until it is killed, and says after each that it is saved. Its argument: a file or a URL. */
const [place = ''] = process.argv.slice(2);
const where = place.includes('://') ? { file: '', databaseUrl: place } : { file: place };
const { endings } = await openStore({ ...where, keptMs: 1_000, clock: systemClock, log: silentLog });
for (let n = 0; ; n++) {
  await endings.saveEndings([{ sessionId: `s-${n}`, reason: 'removed', at: systemClock.now() }]);
  process.stdout.write(`${n}\n`);
}
