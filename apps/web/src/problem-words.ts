/** What went wrong, as the page tells it: `title` in a few words, `advice` says what to do. */
export interface Problem {
  readonly title: string;
  /** What the application behind the room said about it; a text of anything. */
  readonly quote?: string;
  readonly advice: string;
  /** The TRTC code, shown small: people search for it. */
  readonly code?: number;
}

type Words = readonly [title: string, advice: string];

const ALLOW_DEVICE =
  'Click the icon left of the address, allow it for this page, then switch it on again. You can stay in the room meanwhile.';
const DEVICE_BUSY = 'Close the other program or tab that uses it, then switch it on again.';
const NO_DEVICE = 'Check that one is connected, then switch it on again.';
const NEW_TICKET = 'Generate a new UserSig for exactly this SDKAppID and name.';

/** Codes of `onError`, `onWarning` and refused entries (docs/trtc.md section 4). */
const WORDS: Readonly<Record<number, Words>> = {
  [-1301]: ['The camera did not start', NO_DEVICE],
  [-1302]: ['The microphone did not start', NO_DEVICE],
  [-1308]: ['Screen sharing did not start', 'Press Share screen again and choose what to share.'],
  [-1309]: ['This browser cannot share the screen', 'Use a desktop browser for sharing.'],
  [-1314]: ['The camera is not allowed', ALLOW_DEVICE],
  [-1315]: ['The camera cannot deliver the picture that was asked for', 'Try another camera.'],
  [-1316]: ['The camera is in use elsewhere', DEVICE_BUSY],
  [-1317]: ['The microphone is not allowed', ALLOW_DEVICE],
  [-1318]: ['The microphone cannot deliver the sound that was asked for', 'Try another microphone.'],
  [-1319]: ['The microphone is in use elsewhere', DEVICE_BUSY],
  [-3308]: [
    'The server does not answer',
    'Check the network and that the server is running, then try again.',
  ],
  [-3317]: ['The SDKAppID is not valid', 'It is a whole number that the server prints when it starts.'],
  [-3318]: [
    'This room cannot be used',
    'A number from 1 to 4294967294, or up to 64 plain letters, digits and signs.',
  ],
  [-3319]: ['This name cannot be used', 'Choose up to 64 letters, digits, _ or -.'],
  [-3320]: ['The UserSig is missing or unreadable', NEW_TICKET],
  [-3340]: ['Already in a room', 'Leave it first, then join again.'],
  [-7001]: ['Screen sharing stopped', 'The browser ended it. Press Share screen to share again.'],
  [-70001]: ['The UserSig has expired', NEW_TICKET],
  [-70003]: ['The UserSig was signed with another key', NEW_TICKET],
  [-70013]: ['The UserSig belongs to another name', NEW_TICKET],
  [-70014]: ['The UserSig belongs to another SDKAppID', NEW_TICKET],
  [-70252]: ['The server does not know this SDKAppID', 'Use one that the server prints when it starts.'],
  [-100006]: ['You are not allowed to do this here', 'Ask whoever runs the room for permission.'],
  [-100011]: [
    'The scene or role does not fit this room',
    'Join with the scene that the others in the room chose.',
  ],
  [-102011]: ['You may not enter this room for now', 'Whoever runs the room keeps you out until a time.'],
  [-102013]: ['You may not publish here', 'Join as anchor, or ask whoever runs the room.'],
  [-102016]: [
    'Somebody else is sharing already',
    'Only one screen can be shared in a room. Wait until it ends.',
  ],
  [-102052]: ['The room is full', 'Try again later, or choose another room.'],
  2101: ['A picture cannot be shown here', 'This browser cannot decode it; another one is being asked for.'],
  6001: ['The audience does not publish', 'Press Go on stage first.'],
};

/** @param message what the SDK said; stands in for advice when the code has none here */
export function problemOf(code: number, message: string): Problem {
  const words = WORDS[code];
  if (!words) return { title: 'Something went wrong', advice: message || 'Try again.', code };
  return { title: words[0], advice: words[1], code };
}

/** The join card's field that a refused entry is about. */
export function fieldOf(code: number): 'name' | 'room' | 'ticket' | undefined {
  if (code === -3319) return 'name';
  if (code === -3318) return 'room';
  return code === -3317 || code === -3320 || (code <= -70001 && code >= -70500) ? 'ticket' : undefined;
}
