import type { RoleChoice } from './choice.ts';
import type { EndingCause } from './ending-words.ts';
import type { EntryBlock } from './entry-block.ts';
import type { Problem } from './problem-words.ts';
import type { Picture } from './tile.ts';

/** `problem`: what the SDK said about it, when the cause alone does not say enough. */
export interface StayEnding {
  readonly cause: EndingCause;
  readonly problem?: Problem;
  /** What the application's server tells the user. */
  readonly message?: string;
  /** Whoever was removed may not come back for now. */
  readonly entryBlock?: EntryBlock;
}

/** How this tab's stay in a room stands. */
export type StayPhase =
  | { readonly at: 'entering' }
  | { readonly at: 'inside'; readonly link: 'steady' | 'lost' | 'retrying' }
  | { readonly at: 'leaving' }
  /** The entry was refused; the SDK is putting its devices away. */
  | { readonly at: 'refused'; readonly code: number }
  | { readonly at: 'over'; readonly ending: StayEnding };

export interface LocalMedia {
  /** `off`: not opened. `muted`: open, nothing is sent. */
  microphone: 'off' | 'on' | 'muted';
  camera: Picture;
  screen: Picture;
  role: RoleChoice;
  /** Whether the server has confirmed `role`. */
  roleChange: 'settled' | 'pending';
}

const MICROPHONE_CODES: ReadonlySet<number> = new Set([-1302, -1317, -1318, -1319]);
const CAMERA_CODES: ReadonlySet<number> = new Set([-1301, -1314, -1315, -1316]);
const SCREEN_CODES: ReadonlySet<number> = new Set([-1308, -1309, -7001, -102016]);

/** The device that an `onError` code says is not running (docs/trtc.md section 4.3). */
export function failedDevice(code: number): 'microphone' | 'camera' | 'screen' | undefined {
  if (MICROPHONE_CODES.has(code)) return 'microphone';
  if (CAMERA_CODES.has(code)) return 'camera';
  return SCREEN_CODES.has(code) ? 'screen' : undefined;
}
