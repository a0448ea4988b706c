import { RotundaAdmin, genUserSig } from '@rotunda/admin';
import { UsageError, type Account, type Given } from './account.ts';

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

interface Command {
  readonly usage: string;
  readonly summary: string;
  readonly run: (call: Call) => Promise<Outcome>;
}

/** Every command: the words that name it -> what it does. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  rooms: { usage: 'rooms', summary: 'lists the rooms that are open now', run: rooms },
  members: { usage: 'members ROOM', summary: 'lists who is in a room', run: members },
  sig: { usage: 'sig USER [--expire SECONDS]', summary: 'makes a ticket (UserSig) for a user', run: sig },
  'callbacks test': {
    usage: 'callbacks test',
    summary: 'posts one event to the receiver',
    run: testCallback,
  },
  'callbacks dead': {
    usage: 'callbacks dead',
    summary: 'lists events that could not be delivered',
    run: dead,
  },
  'callbacks replay': {
    usage: 'callbacks replay [ID...]',
    summary: 'delivers them again, all or some',
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

async function members({ account, words }: Call): Promise<Outcome> {
  const room = readRoom(words);
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

async function sig({ account, options, words }: Call): Promise<Outcome> {
  const [userId, ...more] = words;
  if (userId === undefined || more.length > 0) throw new UsageError('For which user? Say one name.');
  if (account.secretKey === null)
    throw new UsageError('The secret key of the application is not known: say --app-key or ROTUNDA_APP_KEY.');
  const expireSeconds = options['expire'] === undefined ? {} : { expireSeconds: Number(options['expire']) };
  const { sdkAppId, secretKey } = account;
  try {
    return done([genUserSig({ sdkAppId, secretKey, userId, ...expireSeconds })]);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
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
  return new RotundaAdmin({ url, ...cloudApi });
}

/** A number is a room with a number; a text, or a number after `str:`, is one with a text. */
function readRoom(words: readonly string[]): { roomId: number } | { strRoomId: string } {
  const [word, ...more] = words;
  if (word === undefined || more.length > 0) throw new UsageError('Which room? Say one.');
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

function done(lines: readonly string[], ifNone?: string): Outcome {
  return { lines: lines.length === 0 && ifNone !== undefined ? [ifNone] : lines, ok: true };
}
