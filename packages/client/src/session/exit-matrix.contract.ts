import { expect } from 'vitest';
import { ACTIVITIES, EXITS } from './exit-matrix-cases.contract.ts';
import { Run } from './exit-matrix-run.contract.ts';

/** Runs an activity with an exit at step `at`, counted from the beginning of the activity; null: never. */
export async function runOnce(request: {
  activity: string;
  exit: string;
  seed: number;
  at: number | null;
}): Promise<{ run: Run; steps: number }> {
  const { at } = request;
  const activity = ACTIVITIES[request.activity]!;
  const run = new Run(request.seed);
  await activity.prepare(run);
  const first = run.fake.gates.count;
  let happened = false;
  run.fake.gates.onStep((index) => {
    if (happened || at === null || index !== first + at) return;
    happened = true;
    EXITS[request.exit]?.happen(run);
  });
  activity.act(run);
  await run.fake.settle();
  await run.fake.advance(activity.lasts ?? 0);
  const steps = run.fake.gates.count - first;
  run.fake.gates.onStep(null);
  return { run, steps };
}

/** Lets everything come to its end; a stay that survived the exit (it came before there was one) is left. */
export async function finish(run: Run, exit: string): Promise<void> {
  await run.fake.advance(8_000);
  if (!isSilent(exit) && run.client.state !== 'outside') {
    run.exit();
    await run.fake.advance(2_000);
  }
  await run.fake.advance(16_000);
}

/** The application asked to hear nothing more. */
function isSilent(exit: string): boolean {
  return exit === 'destroy' || exit === 'page closed';
}

export function expectNothingLeft(run: Run, label: string): void {
  const { fake } = run;
  const left = {
    state: run.client.state,
    timers: fake.clock.pending,
    sockets: fake.network.openSockets,
    requests: run.client.room.pendingRequests,
    transports: fake.engines.openTransports,
    heldBeacons: fake.page.held,
    pictures: fake.playback.pictures.size,
    sounds: fake.playback.sounds.size,
    graphs: fake.audio.openGraphs,
    recorders: fake.recording.open,
    stays: fake.server.stays.filter(({ userId }) => userId === 'alice').length,
  };
  expect(left, label).toEqual({
    state: 'outside',
    timers: 0,
    sockets: 0,
    requests: 0,
    transports: 0,
    heldBeacons: 0,
    pictures: 0,
    sounds: 0,
    graphs: 0,
    recorders: 0,
    stays: 0,
  });
}

export function expectEnds(
  run: Run,
  { exit, label }: { activity: string; exit: string; label: string },
): void {
  for (const live of run.liveAtAcknowledge)
    expect(live, `${label}: live tracks at the acknowledgement`).toBe(0);
  expect(
    run.told.filter(([name]) => name === 'error'),
    `${label}: nothing failed`,
  ).toEqual([]);
  if (isSilent(exit)) {
    // A destroyed client says nothing more.
    expect(run.told.slice(run.toldBeforeDestroy), label).toEqual([]);
    return;
  }
  expect(run.entered.length + run.enterFailed.length, `${label}: the entry was answered once`).toBe(1);
  const refusedEntry = run.entered.length === 0 && run.enterFailed[0] !== -3340;
  expect(run.exited.length, `${label}: one end per stay`).toBe((refusedEntry ? 0 : 1) + run.exitsOutside);
  for (const open of run.openAtExit)
    expect(open, `${label}: what is open at onExitRoom`).toEqual({
      tracks: 0,
      transports: 0,
      graphs: 0,
      recorders: 0,
    });
  expect(run.recordings.openAtExit, `${label}: recordings are finished before`).toBe(0);
  const names = run.told.map(([name]) => name);
  expect(names.filter((name) => name === 'exited')).toHaveLength(run.exited.length);
  const after = names.includes('exited') ? names.slice(names.indexOf('exited')) : [];
  expect(new Set(after), `${label}: nothing but answers to further exits comes after the first`).toEqual(
    new Set(after.length > 0 ? ['exited'] : []),
  );
  const { reason } = EXITS[exit]!;
  if (reason && run.forcedOut && !refusedEntry) {
    expect(run.exited[0], `${label}: the server's reason`).toEqual({ by: 'server', reason });
  }
}
