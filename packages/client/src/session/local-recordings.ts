import type { TypedEmitter } from '@rotunda/base';
import type { SwitcherOptions } from '../picture/switcher.ts';
import { Recordings } from '../recording/recordings.ts';
import type { LocalMedia } from './local-media.ts';
import type { Platform } from './platform.ts';
import type { RoomClientEvents } from './room-events.ts';

/** Recordings, and frames, of what a client sends and hears. */
export function recordingsOf(
  platform: Platform,
  local: LocalMedia,
  events: TypedEmitter<RoomClientEvents>,
): Recordings {
  const recordings = new Recordings({
    ...platform,
    own: {
      mix: local.mix,
      camera: () => cameraOf(local),
      picture: () => (local.options('video').muted ? null : local.pictures.video.outgoing()),
      opening: () => local.opening('video'),
      muted: () => local.settings.muted.audio,
    },
  });
  local.events.on('changed', (source) => {
    if (source === 'video') recordings.local.pictureChanged();
    if (source !== 'audio') return;
    recordings.local.soundChanged();
    recordings.heard.update();
    recordings.frames.update();
  });
  events.on('entered', () => recordings.frames.begin());
  return recordings;
}

/** As large as it is captured, as far as the platform says so. */
function cameraOf(local: LocalMedia): SwitcherOptions | null {
  const { fps, ...wanted } = local.settings.video;
  const captured = local.track('video')?.getSettings();
  return captured
    ? { width: captured.width ?? wanted.width, height: captured.height ?? wanted.height, fps }
    : null;
}
