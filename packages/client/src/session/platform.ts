import type { Clock } from '@rotunda/base';
import type { AudioGraphFactory } from '../audio/graph.ts';
import type { DevicePlatform } from '../devices/platform.ts';
import type { SdkLog } from '../log/sdk-log.ts';
import type { MediaEngineFactory } from '../media/engine.ts';
import type { SpeedChannelFactory } from '../media/speed-channel.ts';
import type { Playback } from '../media/playback.ts';
import type { PicturePlatform } from '../picture/compositor.ts';
import type { RecordingPlatform } from '../recording/platform.ts';
import type { SocketFactory } from '../signal/socket.ts';
import type { Page } from './page.ts';

/** Everything that the core needs from where it runs. */
export interface Platform {
  readonly clock: Clock;
  readonly log: SdkLog;
  readonly page: Page;
  readonly sockets: SocketFactory;
  readonly createEngine: MediaEngineFactory;
  readonly devices: DevicePlatform;
  readonly playback: Playback;
  readonly openAudioGraph: AudioGraphFactory;
  readonly pictures: PicturePlatform;
  readonly recording: RecordingPlatform;
  readonly openSpeedChannel: SpeedChannelFactory;
  random(): number;
}
