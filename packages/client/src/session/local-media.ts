import { TypedEmitter, type Clock } from '@rotunda/base';
import { SOURCES, type Source } from '@rotunda/protocol';
import type { AudioGraphFactory } from '../audio/graph.ts';
import { CustomAudio } from '../audio/custom-audio.ts';
import { ExternalAudio } from '../audio/external-audio.ts';
import { AudioMix } from '../audio/mix.ts';
import { MusicPlayer } from '../audio/music-player.ts';
import { SystemSound } from '../audio/system-sound.ts';
import { customAudioError, leavingError } from '../devices/device-errors.ts';
import type { OpenOutcome } from '../devices/local-tracks.ts';
import type { DevicePlatform, LocalTrack } from '../devices/platform.ts';
import type { PublishOptions } from '../media/engine.ts';
import type { Playback, RenderOptions, Snapshot, View } from '../media/playback.ts';
import { Captures } from './captures.ts';
import { DeviceTests } from './device-tests.ts';
import type { DeviceSource } from './device-switch.ts';
import type { PicturePlatform } from '../picture/compositor.ts';
import { OutgoingPicture } from '../picture/outgoing-picture.ts';
import type { LocalMediaEvents } from './local-media-events.ts';
import { LocalSettings } from './local-settings.ts';
import { Previews, type OwnFrameListener } from './previews.ts';
import type { PublishedMedia } from './publisher.ts';
import type { VideoSource } from './remote-views.ts';

/**
 * What the user captures and sees of it: opens and closes devices, shows previews, keeps mute states and encodings. Lives
 * longer than a stay: a preview may run before a room is entered.
 */
export class LocalMedia implements PublishedMedia {
  readonly events = new TypedEmitter<LocalMediaEvents>();
  readonly settings = new LocalSettings();
  /** What is done to the user's sound on its way out. */
  readonly mix: AudioMix;
  readonly music: MusicPlayer;
  readonly systemSound: SystemSound;
  readonly customAudio: CustomAudio;
  readonly externalAudio: ExternalAudio;
  /** Devices that are tried out beside all this. */
  readonly tests: DeviceTests;
  /** What is done to the user's pictures on their way out. */
  readonly pictures: Record<'video' | 'sub', OutgoingPicture>;
  readonly #captures: Captures;
  readonly #previews: Previews;
  readonly #withheld = new Set<Source>();
  /** `leaving`: a room is being left, and nothing may be captured until that is done. */
  #state: 'open' | 'leaving' | 'closed' = 'open';

  constructor(tools: {
    clock: Clock;
    devices: DevicePlatform;
    playback: Playback;
    openAudioGraph: AudioGraphFactory;
    pictures: PicturePlatform;
  }) {
    this.tests = new DeviceTests({ ...tools, settings: this.settings });
    this.#previews = new Previews({
      playback: tools.playback,
      settings: this.settings,
      onFirstFrame: (...frame) => this.events.emit('firstFrame', ...frame),
    });
    this.mix = new AudioMix({
      openGraph: tools.openAudioGraph,
      onChanged: () => this.events.emit('changed', 'audio'),
      onUnsupported: () => this.events.emit('unsupported', 'this browser cannot mix sound'),
    });
    this.music = new MusicPlayer({ mix: this.mix, clock: tools.clock });
    this.systemSound = new SystemSound({ devices: tools.devices, mix: this.mix });
    this.systemSound.events.on('outcome', (problem) => !problem && this.events.emit('started', 'audio'));
    this.customAudio = new CustomAudio(this.mix.graph, () => this.events.emit('changed', 'audio'));
    this.externalAudio = new ExternalAudio(this.mix);
    const picture = (source: 'video' | 'sub'): OutgoingPicture =>
      new OutgoingPicture({
        platform: tools.pictures,
        fps: () => this.settings[source].fps,
        onChanged: () => this.events.emit('changed', source),
        onUnsupported: () => this.events.emit('unsupported', 'this browser cannot draw on pictures'),
      });
    this.pictures = { video: picture('video'), sub: picture('sub') };
    // The first to hear of it, so that whoever asks what is published gets the answer of now.
    this.events.on('changed', (source) => {
      const track = this.track(source);
      if (source === 'audio') this.mix.setMicrophone(track);
      else this.pictures[source].setCapture(track);
    });
    this.#captures = new Captures({
      clock: tools.clock,
      devices: tools.devices,
      opener: this.systemSound.devices,
      settings: this.settings,
      onOpened: (source, track) => this.#opened(source, track),
      onSwitched: (source, track) => this.#switched(source, track),
      onLost: (source) => {
        this.#closePreview(source);
        this.events.emit('changed', source);
      },
      onExplained: (source, error) => {
        if (this.#state === 'open') this.events.emit('ended', source, error);
      },
    });
  }

  /**
   * Opens the device, unless it is open or being opened. Without `views` nothing is shown. Refused while a room is being left:
   * whoever leaves has been promised that nothing is captured when that is done. Never rejects.
   */
  start(source: Source, how: { views?: readonly View[]; publish?: boolean } = {}): Promise<OpenOutcome> {
    if (this.#state === 'closed') return Promise.resolve({ kind: 'superseded' });
    if (this.#state === 'leaving') return Promise.resolve({ kind: 'failed', error: leavingError(source) });
    if (source === 'audio' && this.customAudio.track)
      return Promise.resolve({ kind: 'failed', error: customAudioError('it is on') });
    if (how.publish === false) this.#withheld.add(source);
    else this.#withheld.delete(source);
    if (how.views && source !== 'audio') this.setViews(source, how.views);
    this.events.emit('started', source);
    return this.#captures.open(source);
  }

  /**
   * Uses that camera or microphone from now on; without an id, the platform's default one. An open one goes on until the other
   * delivers, and if that cannot be opened. Resolves with null when the source is not started. Never rejects.
   */
  select(source: DeviceSource, deviceId?: string): Promise<OpenOutcome | null> {
    const before = this.settings.devices[source];
    this.settings.choose(source, deviceId);
    if (!this.isStarted(source)) return Promise.resolve(null);
    return this.#captures.goOver(source, before);
  }

  stop(source: Source): void {
    const wasStarted = this.isStarted(source);
    this.#closePreview(source);
    if (source !== 'audio') this.#previews.setViews(source, []);
    this.#captures.close(source);
    if (wasStarted) this.events.emit('changed', source);
  }

  /** In place of the microphone. Throws a TRTCError while that is open, where sound cannot be mixed, and while a room is being left. */
  setCustomAudio(enable: boolean): void {
    if (!enable) return this.customAudio.disable();
    if (this.isStarted('audio')) throw customAudioError('stop the microphone first');
    this.#withheld.delete('audio');
    this.customAudio.enable();
    this.setMuted('audio', this.settings.muted.audio);
    this.events.emit('started', 'audio');
  }

  /** How loud everything is played here, on top of its own volume: 0 to 100. */
  setPlayoutVolume(volume: number): void {
    this.music.setPlayoutVolume(volume);
    this.externalAudio.setPlayoutVolume(volume);
  }

  get denied(): Captures['denied'] {
    return this.#captures.denied;
  }

  track(source: Source): LocalTrack | null {
    const captured = this.#captures.track(source);
    return source === 'audio' ? (captured ?? this.customAudio.track) : captured;
  }

  isStarted(source: Source): boolean {
    return this.#captures.isStarted(source);
  }

  /** Resolves when the source is open or cannot be opened; null when it is not being opened. */
  opening(source: Source): Promise<OpenOutcome> | null {
    return this.#captures.opening(source);
  }

  published(source: Source): LocalTrack | null {
    if (this.#withheld.has(source)) return null;
    return source === 'audio' ? this.mix.outgoing() : this.pictures[source].outgoing();
  }

  options(source: Source): PublishOptions {
    const options = this.settings.options(source, this.track(source)?.getSettings());
    const substituted = source !== 'audio' && this.pictures[source].substituted;
    return substituted ? { ...options, muted: false } : options;
  }

  /** Sends nothing (audio: silence) without closing the device. Also holds for what is started later. */
  setMuted(source: Source, muted: boolean): void {
    this.settings.muted[source] = muted;
    if (source !== 'audio') this.pictures[source].setMuted(muted);
    else for (const track of [this.track(source), this.mix.outgoing()]) if (track) track.enabled = !muted;
    this.events.emit('changed', source);
  }

  /**
   * Sends no pictures of what is open, and the others are not told: they keep the last one. Until it is stopped. @returns whether
   * that is new
   */
  setPaused(source: VideoSource, paused: boolean): boolean {
    if (!this.track(source) || this.settings.paused.has(source) === paused) return false;
    if (paused) this.settings.paused.add(source);
    else this.settings.paused.delete(source);
    this.events.emit('changed', source);
    return true;
  }

  setViews(source: VideoSource, views: readonly View[]): void {
    this.#previews.setViews(source, views);
  }

  setRender(source: VideoSource, render: RenderOptions): void {
    this.settings.render[source] = render;
    this.#previews.setRender(source, render);
  }

  /** The user's own picture of now, as it is captured; null if there is none. */
  snapshot(source: VideoSource): Snapshot | null {
    return this.#previews.snapshot(source);
  }

  /** Is told the user's own pictures, as they are captured, until the room is left; null for no longer. */
  setFrameListener(listener: OwnFrameListener | null): void {
    this.#previews.setFrameListener(listener);
  }

  /** After a change of the settings: an open device and a stream being sent follow. */
  applySettings(source: Source): void {
    this.events.emit('changed', source);
    const track = this.track(source);
    if (!track) return;
    const applied = (): void => {
      if (this.track(source) === track) this.events.emit('changed', source);
    };
    // A device that cannot follow goes on as it was.
    track.applyConstraints(this.settings.constraints(source)).then(applied, applied);
  }

  /**
   * Closes every device, also those still being opened, every preview, every test and the mix; none can be opened before {@link reopen}.
   * @returns when the last capture that was being opened has arrived and was stopped, and the mix has given everything back;
   * null when that holds already.
   */
  release(): Promise<void> | null {
    if (this.#state === 'open') this.#state = 'leaving';
    this.setFrameListener(null);
    for (const source of SOURCES) this.stop(source);
    this.music.release();
    this.customAudio.disable();
    this.externalAudio.stop();
    for (const picture of Object.values(this.pictures)) picture.release();
    const released = [
      this.#captures.settled(),
      this.systemSound.release(),
      this.mix.release(),
      this.tests.release(),
    ];
    const pending = released.filter((each) => each !== null);
    return pending.length > 0 ? Promise.all(pending).then(() => undefined) : null;
  }

  /** The room has been left. */
  reopen(): void {
    if (this.#state !== 'leaving') return;
    this.#state = 'open';
    this.systemSound.reopen();
    this.mix.reopen();
    this.tests.reopen();
    for (const picture of Object.values(this.pictures)) picture.reopen();
  }

  /** Final: nothing is opened any more. */
  close(): void {
    this.#state = 'closed';
    void this.release();
    this.music.close();
    this.systemSound.close();
    this.mix.close();
    this.tests.close();
    for (const picture of Object.values(this.pictures)) picture.close();
  }

  #opened(source: Source, track: LocalTrack): void {
    if (source === 'audio') track.enabled = !this.settings.muted.audio;
    else this.#previews.open(source, track);
    this.events.emit('ready', source);
    // A listener may have stopped it again.
    if (this.track(source) === track) this.events.emit('changed', source);
  }

  #switched(source: DeviceSource, track: LocalTrack): void {
    if (source === 'audio') track.enabled = !this.settings.muted.audio;
    else this.#previews.setTrack(source, track);
    this.events.emit('switched', source);
    if (this.track(source) === track) this.events.emit('changed', source);
  }

  /** What was paused is so no more either. */
  #closePreview(source: Source): void {
    if (source === 'audio') return;
    this.#previews.close(source);
    this.settings.paused.delete(source);
  }
}
