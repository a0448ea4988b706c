import type { Layer, Source } from '@rotunda/protocol';
import type { RemoteTrack } from '../media/engine.ts';
import type { Playback, RenderOptions } from '../media/playback.ts';
import { RemoteAudio } from './remote-audio.ts';
import { RemoteViews, type RemoteViewsTools, type VideoSource } from './remote-views.ts';
import type { StayRoom } from './stay-room.ts';

export interface RemoteMediaTools {
  readonly playback: Playback;
  readonly render: Record<VideoSource, RenderOptions>;
  readonly onFirstFrame: RemoteViewsTools['onFirstFrame'];
  onBlocked(userId: string, resume: () => Promise<void>): void;
  onPlayoutVolume(volume: number): void;
}

/** What is seen and heard of the others: outlives a stay, so that views can be asked for before. */
export class RemoteMedia {
  readonly views: RemoteViews;
  readonly audio: RemoteAudio;
  #room: StayRoom | null = null;

  constructor(tools: RemoteMediaTools) {
    const { playback, render } = tools;
    this.views = new RemoteViews(
      {
        playback,
        want: (userId, source, layer) => this.#want(userId, source, layer),
        onFirstFrame: (stream, size) => tools.onFirstFrame(stream, size),
      },
      render,
    );
    this.audio = new RemoteAudio({
      playback,
      want: (userId, wanted) => this.#want(userId, 'audio', wanted ? 'big' : null),
      onBlocked: (userId, resume) => tools.onBlocked(userId, resume),
      onPlayoutVolume: (volume) => tools.onPlayoutVolume(volume),
    });
  }

  /** A stay begins. */
  begin(room: StayRoom): void {
    this.#room = room;
    const { events } = room.users;
    events.on('stream', (userId, source, streamId) => {
      if (source !== 'audio') return;
      if (streamId === null) this.audio.streamEnded(userId);
      else this.audio.streamStarted(userId);
    });
    events.on('userLeft', (userId) => {
      this.views.userLeft(userId);
      this.audio.userLeft(userId);
    });
    this.views.begin();
  }

  /** The stay goes on in another room: nothing is left of those who were in this one. Views of others still wait for them. */
  changeRoom(left: readonly string[]): void {
    for (const userId of left) this.views.userLeft(userId);
    this.audio.reset();
    this.views.begin();
  }

  onTrack(userId: string, source: Source, track: RemoteTrack): void {
    if (source === 'audio') this.audio.play(userId, track);
    else this.views.onTrack(userId, source, track);
  }

  onTrackGone(userId: string, source: Source): void {
    if (source === 'audio') this.audio.stopPlaying(userId);
    else this.views.onTrackGone(userId, source);
  }

  /** The stay is over. */
  reset(): void {
    this.views.reset();
    this.audio.reset();
    this.#room = null;
  }

  #want(userId: string, source: Source, layer: Layer | null): void {
    const subscriber = this.#room?.media.subscriber;
    if (layer) subscriber?.want(userId, source, layer);
    else subscriber?.unwant(userId, source);
  }
}
