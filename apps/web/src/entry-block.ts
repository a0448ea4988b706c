import type { Problem } from './problem-words.ts';

/** That the application behind a room keeps this user out of it for now. */
export interface EntryBlock {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** What the application tells the user; empty for nothing. */
  readonly message: string;
}

const NO_PRIVILEGE = -102011;
const MINUTE_MS = 60_000;
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** How a refused entry is told. */
export function blockProblem({ until, message }: EntryBlock, now: number): Problem {
  return {
    title: 'You may not enter this room for now',
    ...(message ? { quote: message } : {}),
    advice: `You may join ${whenWords(until, now)}. To come in earlier, ask whoever runs the room.`,
    code: NO_PRIVILEGE,
  };
}

/** A moment to come, in the middle of a sentence: "today at 14:05". Of the minute in which it has come for sure. */
export function whenWords(until: number, now: number): string {
  const at = new Date(Math.ceil(until / MINUTE_MS) * MINUTE_MS);
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  return `${dayWords(at, new Date(now), tomorrow)} at ${TIME.format(at)}`;
}

function dayWords(at: Date, today: Date, tomorrow: Date): string {
  const day = DATE.format(at);
  if (day === DATE.format(today)) return 'today';
  return day === DATE.format(tomorrow) ? 'tomorrow' : `on ${day}`;
}
