import { expect } from 'vitest';
import type { JournalEntry } from './page/journal.ts';
import type { AnyPage } from './any-page.ts';
import type { Participant } from './participant.ts';
import { until } from './wait.ts';

/** A journal entry as tests compare it: `['onExitRoom', 0]`. */
export function line(entry: JournalEntry): unknown[] {
  return [entry.name, ...entry.args];
}

/** What an SDK told its application about one other user, in order. */
export async function toldAbout(
  observer: Participant<AnyPage>,
  userId: string,
  after?: JournalEntry,
): Promise<unknown[][]> {
  const entries = await observer.since(after);
  return entries.filter((entry) => entry.args[0] === userId).map(line);
}

const AVAILABILITY: readonly unknown[] = [
  'onRemoteUserEnterRoom',
  'onRemoteUserLeaveRoom',
  'onUserVideoAvailable',
  'onUserAudioAvailable',
  'onUserSubStreamAvailable',
];

/** Like {@link toldAbout}, without first frames and the like. */
export async function presenceOf(
  observer: Participant<AnyPage>,
  userId: string,
  after?: JournalEntry,
): Promise<unknown[][]> {
  return (await toldAbout(observer, userId, after)).filter(([name]) => AVAILABILITY.includes(name));
}

/**
 * The victim's side of every exit: one `onExitRoom` with that reason, nothing after it, every captured track ended and
 * nothing mixed or drawn any more before it, and no connection left.
 */
export async function expectReleased(
  victim: Participant<AnyPage>,
  reason: number,
  after?: JournalEntry,
): Promise<void> {
  const exit = await victim.waitFor('onExitRoom', [], { after });
  const entries = await victim.since(after);
  expect(entries.filter(({ name }) => name === 'onExitRoom').map(line)).toEqual([['onExitRoom', reason]]);
  expect(line(entries.at(-1)!)).toEqual(['onExitRoom', reason]);
  expect(exit, 'what was open when onExitRoom fired').toMatchObject({
    liveTracks: 0,
    openMixes: 0,
    openConnections: 0,
  });
  expect(await victim.liveTracks()).toBe(0);
  expect(await victim.openConnections()).toBe(0);
}

/** The peers' side: camera off, microphone off, then the leave, and nothing else. */
export async function expectToldOfLeave(
  peer: Participant<AnyPage>,
  userId: string,
  reason: number,
  after?: JournalEntry,
): Promise<JournalEntry> {
  const leave = await peer.waitFor('onRemoteUserLeaveRoom', [userId], { after });
  expect(await presenceOf(peer, userId, after)).toEqual([
    ['onUserVideoAvailable', userId, 0],
    ['onUserAudioAvailable', userId, 0],
    ['onRemoteUserLeaveRoom', userId, reason],
  ]);
  return leave;
}

/** A call of these users, everybody with camera and microphone, everybody watching everybody. */
export async function inCall(
  room: number | string,
  participants: readonly Participant<AnyPage>[],
): Promise<void> {
  await Promise.all(participants.map((participant) => participant.enterTalking({ room })));
  await Promise.all(
    participants.flatMap((viewer) =>
      participants
        .filter((other) => other !== viewer)
        .map(async (other) => {
          await viewer.waitFor('onUserVideoAvailable', [other.userId, 1]);
          await viewer.waitFor('onUserAudioAvailable', [other.userId, 1]);
          await viewer.watch(other.userId);
        }),
    ),
  );
}

/** Of the only other user who is heard. */
export function hearsTone(listener: Participant, frequency: number): Promise<unknown> {
  return until(`${listener.userId} hears ${frequency} Hz`, async () => {
    const heard = await listener.listen();
    return heard.left > 0.02 && Math.abs(heard.frequency - frequency) < 15;
  });
}
