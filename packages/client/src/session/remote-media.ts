import type { Clock } from '@rotunda/base';
import type { Layer, Source } from '@rotunda/protocol';
import type { HeardSounds } from '../audio/heard-sounds.ts';
import type { Arrival } from '../measures/arrivals.ts';
import { NO_SOUND, type SoundSample, type SoundSamples } from '../measures/loudness.ts';
import type { RemoteTrack } from '../media/engine.ts';
import type { Playback, RenderOptions } from '../media/playback.ts';
import { RemoteAudio } from './remote-audio.ts';
import { RemoteStatus, type RemoteStatusTools } from './remote-status.ts';
import { RemoteViews, type RemoteViewsTools, type VideoSource } from './remote-views.ts';
import type { StayRoom } from './stay-room.ts';
import { VideoAhead } from './video-ahead.ts';

export interface RemoteMediaTools {
  readonly clock: Clock;
  readonly playback: Playback;
  /** What plays sound. */
  readonly sound: Pick<HeardSounds, 'openAudio'>;
  readonly render: Record<VideoSource, RenderOptions>;
  readonly onFirstFrame: RemoteViewsTools['onFirstFrame'];
  readonly onResized: RemoteViewsTools['onResized'];
  onBlocked(userId: string, resume: () => Promise<void>): void;
  readonly onStatus: RemoteStatusTools['onChanged'];
  onPlayoutVolume(volume: number): void;
}

/** What is seen and heard of the others: outlives a stay, so that views can be asked for before. */
export class RemoteMedia {
  readonly views: RemoteViews;
  readonly audio: RemoteAudio;
  readonly ahead: VideoAhead;
  readonly #status: RemoteStatus;
  #room: StayRoom | null = null;

  constructor(tools: RemoteMediaTools) {
    const { playback, render } = tools;
    this.views = new RemoteViews(
      {
        playback,
        want: (userId, source, layer) => this.#wantPicture(userId, source, layer),
        onPaused: () => this.ahead.dropUnless((userId) => this.views.mayReceiveAhead(userId)),
        onStopped: (stopped) => this.ahead.dropUnless((userId) => stopped !== null && userId !== stopped),
        onFirstFrame: (stream, size) => {
          tools.onFirstFrame(stream, size);
          this.arrived(stream.userId, stream.source);
        },
        onResized: (stream, size) => tools.onResized(stream, size),
      },
      render,
    );
    this.audio = new RemoteAudio({
      clock: tools.clock,
      sample: (ms) => this.sound(ms),
      playback: tools.sound,
      want: (userId, wanted) => this.#want(userId, 'audio', wanted ? 'big' : null),
      onChosen: (userId, heard) => this.#status.ask(userId, 'audio', heard),
      onBlocked: (userId, resume) => tools.onBlocked(userId, resume),
      onPlayoutVolume: (volume) => tools.onPlayoutVolume(volume),
    });
    this.ahead = new VideoAhead({
      clock: tools.clock,
      want: (userId, wanted) => this.#want(userId, 'video', wanted ? 'big' : null),
    });
    this.#status = new RemoteStatus({
      clock: tools.clock,
      onChanged: (userId, source, change) => tools.onStatus(userId, source, change),
    });
  }

  /** A stay begins. */
  begin(room: StayRoom): void {
    this.#room = room;
    const { events } = room.users;
    events.on('stream', (userId, source, streamId) => {
      if (source !== 'audio') {
        if (streamId === null) this.views.onStreamEnded(userId, source);
      } else if (streamId === null) this.audio.streamEnded(userId);
      else this.audio.streamStarted(userId);
    });
    events.on('available', (userId, source, available) => {
      this.#status.offer(userId, source, available);
      if (source !== 'audio') this.views.onAvailable(userId, source, available);
      if (source !== 'video') return;
      if (!available) this.ahead.drop(userId);
      else if (this.views.mayReceiveAhead(userId)) this.ahead.start(userId);
    });
    events.on('userLeft', (userId) => {
      this.views.userLeft(userId);
      this.audio.userLeft(userId);
      this.#status.userLeft(userId);
    });
    this.audio.begin();
    this.ahead.begin();
    this.views.begin();
  }

  /** The stay goes on in another room: nothing is left of those who were in this one. What was said of others, or of all, still holds. */
  changeRoom(left: readonly string[]): void {
    this.#status.reset();
    this.ahead.reset();
    this.audio.changeRoom(left);
    this.views.changeRoom(left);
  }

  onTrack(userId: string, source: Source, track: RemoteTrack): void {
    if (source === 'audio') this.audio.play(userId, track);
    else if (source === 'sub' || !this.ahead.onTrack(userId, track))
      this.views.onTrack(userId, source, track);
  }

  onTrackGone(userId: string, source: Source): void {
    if (source === 'audio') this.audio.stopPlaying(userId);
    else if (source === 'sub' || !this.ahead.onTrack(userId, null)) this.views.onTrackGone(userId, source);
  }

  /** A first picture, or the first sound of a stream, has arrived. */
  arrived(userId: string, source: Source): void {
    this.#status.arrived(userId, source);
  }

  /** What has arrived so far; once a second. */
  counted(arrivals: readonly Arrival[]): void {
    this.#status.counted(arrivals);
  }

  /** Every picture in which no messages can be looked for is received anew; what is shown stays until then. */
  renewPictures(): void {
    this.#room?.media.subscriber.renewPictures((userId, source) => this.views.hold(userId, source));
  }

  /** A stream could not be received. @returns whether that is nobody's business: nobody has asked for it. */
  onFailed(userId: string, source: Source): boolean {
    if (source !== 'audio') this.views.onFailed(userId, source);
    return source === 'video' && this.ahead.drop(userId);
  }

  /** How much sound has been sent and received so far, and where the platform does not count it, how loud the last `ms` milliseconds were. */
  async sound(ms: number): Promise<SoundSamples> {
    const { own, received } = (await this.#room?.media.sound()) ?? NO_SOUND;
    const level = ({ userId }: SoundSample): number | null => this.audio.measure(userId, ms);
    return { own, received: received.map((sample) => ({ ...sample, level: level(sample) })) };
  }

  /** The stay is over. */
  reset(): void {
    this.#status.reset();
    this.ahead.reset();
    this.views.reset();
    this.audio.reset();
    this.#room = null;
  }

  #wantPicture(userId: string, source: VideoSource, layer: Layer | null): void {
    const track = source === 'video' && layer ? this.ahead.take(userId) : null;
    this.#want(userId, source, layer);
    if (track) this.views.onTrack(userId, source, track);
    this.#status.ask(userId, source, layer !== null);
  }

  #want(userId: string, source: Source, layer: Layer | null): void {
    const subscriber = this.#room?.media.subscriber;
    if (layer) subscriber?.want(userId, source, layer);
    else subscriber?.unwant(userId, source);
  }
}
