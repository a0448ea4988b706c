import { RotundaAdmin, genUserSig } from '@rotunda/admin';
import { UsageError, type Account, type Given } from './account.ts';
import type { OptionName } from './options.ts';

/** The most that the server replays at a time. */
const MAX_IDS = 1_000;

/** What a command says, and whether it went well. */
export interface Outcome {
  readonly lines: readonly string[];
  readonly ok: boolean;
}

interface Call {
  readonly account: Account;
  readonly options: Given;
  /** What follows the command's name. */
  readonly words: readonly string[];
}

export interface Command {
  readonly usage: string;
  readonly summary: string;
  /** How many words follow its name; and what is said if there are fewer or more. */
  readonly words: { readonly min: number; readonly max: number; readonly otherwise: string };
  /** The options that it alone takes. */
  readonly options?: readonly OptionName[];
  /** What the words of its usage mean, and what else is worth knowing. */
  readonly details?: string;
  readonly run: (call: Call) => Promise<Outcome>;
}

const NO_WORDS = { min: 0, max: 0, otherwise: 'Nothing follows this command.' };

/** Every command: the words that name it -> what it does. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  rooms: { usage: 'rooms', summary: 'lists the rooms that are open now', words: NO_WORDS, run: rooms },
  members: {
    usage: 'members ROOM',
    summary: 'lists who is in a room',
    words: { min: 1, max: 1, otherwise: 'Which room? Say one.' },
    details: 'ROOM is the number or the text of a room. A room whose text is a number is str:NUMBER.',
    run: members,
  },
  blocks: {
    usage: 'blocks',
    summary: 'lists who may not enter for a time',
    words: NO_WORDS,
    run: blocks,
  },
  sig: {
    usage: 'sig USER [--expire SECONDS]',
    summary: 'makes a ticket (UserSig) for a user',
    words: { min: 1, max: 1, otherwise: 'For which user? Say one name.' },
    options: ['expire'],
    details: 'The ticket holds for a day, if --expire does not say something else.',
    run: sig,
  },
  'callbacks test': {
    usage: 'callbacks test',
    summary: 'posts one event to the receiver',
    words: NO_WORDS,
    details: 'Ends with 1 if the receiver did not take it.',
    run: testCallback,
  },
  'callbacks dead': {
    usage: 'callbacks dead',
    summary: 'lists events that could not be delivered',
    words: NO_WORDS,
    run: dead,
  },
  'callbacks replay': {
    usage: 'callbacks replay [ID...]',
    summary: 'delivers them again, all or some',
    words: { min: 0, max: MAX_IDS, otherwise: `At most ${MAX_IDS} at a time.` },
    details: 'ID is the first column of what `callbacks dead` lists.',
    run: replay,
  },
};

async function rooms({ account }: Call): Promise<Outcome> {
  const admin = adminOf(account);
  const lines: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<RotundaAdmin['listRooms']>> = await admin.listRooms({
      sdkAppId: account.sdkAppId,
      ...(after !== null && { after }),
    });
    for (const { room, members: anchors, audience, createdBy } of page.rooms)
      lines.push(`${describeRoom(room)}\t${anchors} members\t${audience} audience\tcreated by ${createdBy}`);
    after = page.next;
  } while (after !== null);
  return done(lines, 'No room is open.');
}

async function members({ account, words: [word = ''] }: Call): Promise<Outcome> {
  const room = readRoom(word);
  const admin = adminOf(account);
  const lines: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<RotundaAdmin['listMembers']>> = await admin.listMembers({
      sdkAppId: account.sdkAppId,
      room,
      ...(after !== null && { after }),
    });
    for (const { userId, role, connected, streams } of page.members) {
      const sends = streams.map(({ source, muted }) => (muted ? `${source} (muted)` : source)).join(', ');
      lines.push(`${userId}\t${role}\t${connected ? 'connected' : 'link lost'}\t${sends || 'sends nothing'}`);
    }
    after = page.next;
  } while (after !== null);
  return done(lines, 'Nobody is in the room.');
}

async function blocks({ account }: Call): Promise<Outcome> {
  const admin = adminOf(account);
  const lines: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<RotundaAdmin['listEntryBlocks']>> = await admin.listEntryBlocks({
      sdkAppId: account.sdkAppId,
      ...(after !== null && { after }),
    });
    for (const { userId, room, until, message } of page.blocks) {
      const where = room === null ? 'every room' : `room ${describeRoom(room)}`;
      lines.push(
        `${userId}\t${where}\tuntil ${new Date(until).toISOString()}\t${oneLine(message)}`.trimEnd(),
      );
    }
    after = page.next;
  } while (after !== null);
  return done(lines, 'Everybody may enter.');
}

async function sig({ account, options, words: [userId = ''] }: Call): Promise<Outcome> {
  if (account.secretKey === null)
    throw new UsageError('The secret key of the application is not known: say --app-key or ROTUNDA_APP_KEY.');
  const expireSeconds = options['expire'] === undefined ? {} : { expireSeconds: Number(options['expire']) };
  const { sdkAppId, secretKey } = account;
  return done([asked(() => genUserSig({ sdkAppId, secretKey, userId, ...expireSeconds }))]);
}

async function testCallback({ account }: Call): Promise<Outcome> {
  const { delivered, url, status, error, took } = await adminOf(account).testCallback({
    sdkAppId: account.sdkAppId,
  });
  const answer = status === null ? `no answer: ${error ?? 'unknown'}` : `status ${status}`;
  const line = `${delivered ? 'Delivered' : 'Not delivered'} to ${url} after ${took} ms: ${answer}`;
  return { lines: [line], ok: delivered };
}

async function dead({ account }: Call): Promise<Outcome> {
  const admin = adminOf(account);
  const lines: string[] = [];
  let after = 0;
  for (;;) {
    const { letters } = await admin.listDeadLetters({ sdkAppId: account.sdkAppId, after });
    for (const { id, at, attempts, error, event } of letters)
      lines.push(
        `${id}\t${String(event['EventType'])}\t${new Date(at).toISOString()}\t${attempts} attempts\t${error}`,
      );
    const last = letters.at(-1);
    if (!last) return done(lines, 'No event waits to be replayed.');
    after = last.position;
  }
}

async function replay({ account, words }: Call): Promise<Outcome> {
  const ids = words.length > 0 ? { ids: [...words] } : {};
  const { replayed } = await adminOf(account).replayDeadLetters({ sdkAppId: account.sdkAppId, ...ids });
  return done([`${replayed} ${replayed === 1 ? 'event is' : 'events are'} delivered again.`]);
}

function adminOf({ url, cloudApi }: Account): RotundaAdmin {
  if (!cloudApi)
    throw new UsageError(
      'The key pair is not known: say --secret-id and --secret-key, or ROTUNDA_SECRET_ID and ROTUNDA_SECRET_KEY.',
    );
  return asked(() => new RotundaAdmin({ url, ...cloudApi }));
}

/** What the package does not take is what the command line said. */
function asked<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

/** A number is a room with a number; a text, or a number after `str:`, is one with a text. */
function readRoom(word: string): { roomId: number } | { strRoomId: string } {
  if (word.startsWith('str:')) return { strRoomId: word.slice('str:'.length) };
  return /^\d+$/.test(word) ? { roomId: Number(word) } : { strRoomId: word };
}

function describeRoom(room: { roomId: number } | { strRoomId: string }): string {
  return 'roomId' in room
    ? String(room.roomId)
    : /^\d+$/.test(room.strRoomId)
      ? `str:${room.strRoomId}`
      : room.strRoomId;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ');
}

function done(lines: readonly string[], ifNone?: string): Outcome {
  return { lines: lines.length === 0 && ifNone !== undefined ? [ifNone] : lines, ok: true };
}
