import { Recordings } from '../recording/recordings.ts';
import type { LocalMedia } from './local-media.ts';
import type { Platform } from './platform.ts';

/** Recordings of what a client sends and hears. */
export function recordingsOf(platform: Platform, local: LocalMedia): Recordings {
  const recordings = new Recordings({
    ...platform,
    own: {
      mix: local.mix,
      picture: () => (local.options('video').muted ? null : local.pictures.video.outgoing()),
      opening: () => local.opening('video'),
      muted: () => local.settings.muted.audio,
    },
  });
  local.events.on('changed', (source) => {
    if (source === 'video') recordings.local.pictureChanged();
    else if (source === 'audio') recordings.local.soundChanged();
  });
  return recordings;
}
