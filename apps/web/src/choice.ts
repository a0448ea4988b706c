import { friendlyName } from './names.ts';
import { parseRoomName, roomText, type RoomName } from './room-name.ts';

export type SceneChoice = 'call' | 'live';
export type RoleChoice = 'anchor' | 'audience';

/** What the join card asks for. */
export interface JoinChoice {
  readonly name: string;
  readonly room: RoomName;
  readonly scene: SceneChoice;
  /** Means something in the live scene only. */
  readonly role: RoleChoice;
  readonly microphone: boolean;
  readonly camera: boolean;
}

/** What the join card shows at first; `room` as text, because it may be any text still. */
export interface JoinDefaults extends Omit<JoinChoice, 'room'> {
  readonly room: string;
  /** Join at once, without waiting for the button. */
  readonly autojoin: boolean;
}

/** The part of `Storage` that is used; it may throw when the browser forbids storage. */
export type KeyValue = Pick<Storage, 'getItem' | 'setItem'>;

const NAME_KEY = 'rotunda.name';
const MICROPHONE_KEY = 'rotunda.microphone';
const CAMERA_KEY = 'rotunda.camera';

/** Reads the page's address first, then what this tab remembers, then friendly defaults. */
export function readDefaults(query: URLSearchParams, storage: KeyValue, random: () => number): JoinDefaults {
  const room = query.get('room')?.trim();
  return {
    name: query.get('name')?.trim() || recall(storage, NAME_KEY) || friendlyName(random),
    room: room || String(10_000 + Math.floor(random() * 90_000)),
    scene: query.get('scene') === 'live' ? 'live' : 'call',
    role: query.get('role') === 'audience' ? 'audience' : 'anchor',
    microphone: recall(storage, MICROPHONE_KEY) !== 'off',
    camera: recall(storage, CAMERA_KEY) !== 'off',
    autojoin: query.get('autojoin') === '1' && parseRoomName(room ?? '') !== undefined,
  };
}

/** Keeps what the next visit in this tab should start with. */
export function rememberChoice(storage: KeyValue, choice: JoinChoice): void {
  remember(storage, NAME_KEY, choice.name);
  remember(storage, MICROPHONE_KEY, choice.microphone ? 'on' : 'off');
  remember(storage, CAMERA_KEY, choice.camera ? 'on' : 'off');
}

/** The address that leads somebody else to the same room and scene. */
export function roomAddress(page: string, { room, scene }: Pick<JoinChoice, 'room' | 'scene'>): URL {
  const url = new URL(page);
  url.hash = '';
  url.search = '';
  url.searchParams.set('room', roomText(room));
  if (scene === 'live') url.searchParams.set('scene', 'live');
  return url;
}

/** The address of a tab that enters the room at once under a name of its own. */
export function participantAddress(
  page: string,
  choice: Pick<JoinChoice, 'room' | 'scene'>,
  name: string,
): URL {
  const url = roomAddress(page, choice);
  url.searchParams.set('name', name);
  url.searchParams.set('autojoin', '1');
  return url;
}

function recall(storage: KeyValue, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function remember(storage: KeyValue, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // A browser that forbids storage only loses the convenience.
  }
}
