import { systemClock } from '@rotunda/base';
import { openWebAudio } from '../audio/web-audio.ts';
import { browserDevices } from '../devices/browser-devices.ts';
import { SdkLog } from '../log/sdk-log.ts';
import { createDomPlayback } from '../media/dom-playback.ts';
import { createMediasoupEngine } from '../media/mediasoup-engine.ts';
import { browserPictures } from '../picture/canvas-compositor.ts';
import { browserRecording } from '../recording/browser-recording.ts';
import { openRtcSpeedChannel } from '../media/speed-channel.ts';
import { browserSockets } from '../signal/socket.ts';
import { browserPage } from './page.ts';
import type { Platform } from './platform.ts';

/** One for all instances of a page, as TRTC has it. */
const browserLog = new SdkLog({ clock: systemClock, console: globalThis.console });

/** Everything from the browser. Touches no global of it before the SDK is used. */
export function browserPlatform(): Platform {
  return {
    clock: systemClock,
    log: browserLog,
    page: browserPage,
    sockets: browserSockets,
    createEngine: createMediasoupEngine,
    devices: browserDevices,
    playback: createDomPlayback(),
    openAudioGraph: openWebAudio,
    pictures: browserPictures,
    recording: browserRecording,
    openSpeedChannel: openRtcSpeedChannel,
    random: () => Math.random(),
  };
}
