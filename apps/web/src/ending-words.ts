/** Why a stay is over, as the page tells it. */
export type EndingCause =
  'left' | 'removed' | 'keptOut' | 'dismissed' | 'replaced' | 'permissionLost' | 'serverLost' | 'unknown';

export interface EndingWords {
  readonly title: string;
  readonly explanation: string;
  /** The callbacks that said so. */
  readonly callback: string;
}

const USER_WAS_DELETED = -102018;
const PRIVILEGE_FLAG_ERROR = -100006;
const NO_PRIVILEGE_ENTER_ROOM = -102011;

/**
 * @param reason of `onExitRoom` (docs/trtc.md section 2.12)
 * @param errors the codes of `onError` during the stay: they tell apart the ways that share a reason
 */
export function endingCause(reason: number, errors: readonly number[]): EndingCause {
  if (reason === 0) return 'left';
  if (reason === 1) {
    if (errors.includes(USER_WAS_DELETED)) return 'replaced';
    return errors.includes(PRIVILEGE_FLAG_ERROR) ? 'permissionLost' : 'removed';
  }
  if (reason === 2) return 'dismissed';
  if (reason !== 3) return 'unknown';
  return errors.includes(NO_PRIVILEGE_ENTER_ROOM) ? 'keptOut' : 'serverLost';
}

const WORDS: Record<EndingCause, EndingWords> = {
  left: {
    title: 'You left the room',
    explanation: 'You pressed Leave. The others were told at once; the room goes on without you.',
    callback: 'onExitRoom(0)',
  },
  removed: {
    title: 'You were removed from the room',
    explanation: 'A backend called RemoveUser with your name. The room goes on without you.',
    callback: 'onExitRoom(1)',
  },
  keptOut: {
    title: 'You may not come back for now',
    explanation:
      'You lost the connection for so long that you were out of the room, and a backend keeps you from entering it again.',
    callback: 'onError(-102011), onExitRoom(3)',
  },
  dismissed: {
    title: 'The room was dismissed',
    explanation:
      'A backend called DismissRoom: everybody left at the same time. Joining again opens a new room.',
    callback: 'onExitRoom(2)',
  },
  replaced: {
    title: 'You joined somewhere else',
    explanation:
      'The same name entered this room in another tab or on another device, and only one can be there. ' +
      'Joining again here ends the other one; a different name keeps both.',
    callback: 'onError(-102018), onExitRoom(1)',
  },
  permissionLost: {
    title: 'You are not allowed in this room any more',
    explanation:
      'The permission that you entered with was taken back. Ask whoever runs the room for a new one.',
    callback: 'onError(-100006), onExitRoom(1)',
  },
  serverLost: {
    title: 'The connection to the server was lost for good',
    explanation:
      'The server could not continue your stay, so the call had to end. Try again; if that fails, the server ' +
      'is probably down.',
    callback: 'onExitRoom(3)',
  },
  unknown: {
    title: 'The call ended',
    explanation: 'The server gave a reason that this page does not know.',
    callback: 'onExitRoom',
  },
};

export function endingWords(cause: EndingCause): EndingWords {
  return WORDS[cause];
}
