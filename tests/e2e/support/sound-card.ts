import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Comes with every Firefox of Debian. */
const ALSA_SETTINGS = '/usr/share/alsa/alsa.conf';
const SINK = fileURLToPath(new URL('paced-sink.mjs', import.meta.url));

/** What a Firefox is started with. */
export interface SoundCard {
  readonly preferences: Readonly<Record<string, string | boolean>>;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A sound card that nobody hears, for a machine that has none: without one, Firefox runs no audio graph. Every stream is
 * written to a process of its own, which takes it at the pace of a real card and ends with it.
 */
export async function inventSoundCard(directory: string): Promise<SoundCard> {
  await access(ALSA_SETTINGS);
  const settings = join(directory, 'asound.conf');
  const card = `pcm.!default {
  type plug
  slave {
    pcm { type file slave.pcm { type null } file "|exec '${process.execPath}' '${SINK}'" format raw }
    format S16_LE
    rate 44100
    channels 2
  }
}
`;
  await writeFile(settings, card);
  return {
    preferences: { 'media.cubeb.backend': 'alsa', 'media.cubeb.sandbox': false },
    // The processes of pages may not start others otherwise.
    environment: { ALSA_CONFIG_PATH: `${ALSA_SETTINGS}:${settings}`, MOZ_DISABLE_CONTENT_SANDBOX: '1' },
  };
}
