import type { JournalEntry } from './page/journal.ts';

/** Callbacks that only somebody in a room has any reason to get. */
const OF_A_ROOM =
  /^on(Remote|User|FirstAudio|SendFirst|Recv|Miss|Network|Statistics|Connection|TryToReconnect|SwitchRo)/;

/** What an SDK told its application about a room after `onExitRoom` and before the next `enterRoom`: always nothing. */
export function toldAfterExit(journal: readonly JournalEntry[]): string[] {
  const told: string[] = [];
  let outside = false;
  for (const { name, args } of journal) {
    if (name === 'enterRoom') outside = false;
    else if (name === 'onExitRoom') outside = true;
    else if (outside && OF_A_ROOM.test(name)) told.push(`${name}(${JSON.stringify(args)})`);
  }
  return told;
}
