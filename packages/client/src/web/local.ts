import type { Source } from '@rotunda/protocol';
import type { View } from '../media/playback.ts';
import type { LocalMedia } from '../session/local-media.ts';
import {
  givenObject,
  optionalBoolean,
  optionalChoice,
  optionalString,
  wrongType,
  type Given,
} from './checks.ts';
import { aborted, operationFailed } from './errors.ts';
import {
  DEFAULT_AUDIO,
  DEFAULT_CAMERA,
  DEFAULT_SCREEN,
  parseAudioOption,
  parseVideoProfile,
} from './profiles.ts';
import { parseRender, parseViews } from './views.ts';

interface How {
  readonly views?: readonly View[];
  readonly publish?: boolean;
}

type Step = 'start' | 'update';

const RENDER = {
  video: { fit: 'cover', mirror: true, rotation: 0 },
  sub: { fit: 'contain', mirror: false, rotation: 0 },
} as const;
const SMALL = { width: 160, height: 120, fps: 15, kbps: 100 };
const OWN_TRACKS = ['videoTrack', 'audioTrack', 'captureElement'] as const;

/** Translates the configurations of the `*Local*` and `*ScreenShare` methods into settings of the user's own media. */
export class LocalControls {
  readonly #local: LocalMedia;
  readonly #how: Record<Source, How> = { audio: {}, video: {}, sub: {} };

  constructor(local: LocalMedia) {
    this.#local = local;
    local.settings.small = 'off';
  }

  async start(source: Source, config: unknown): Promise<void> {
    if (this.#local.isStarted(source)) throw aborted('it is started already: update it instead');
    this.#how[source] = {};
    this.#apply(source, config, 'start');
    await this.#open(source);
  }

  async update(source: Source, config: unknown): Promise<void> {
    if (!this.#local.isStarted(source)) throw aborted('it is not started');
    const before = this.#deviceOf(source);
    const { views, publish } = this.#apply(source, config, 'update');
    if (this.#deviceOf(source) !== before) {
      // An open device cannot become another one.
      this.#local.stop(source);
      await this.#open(source);
      return;
    }
    if (views && source !== 'audio') this.#local.setViews(source, views);
    if (publish !== undefined) await this.#open(source);
    this.#local.applySettings(source);
  }

  #apply(source: Source, config: unknown, step: Step): How {
    const given = givenObject(config, 'config');
    const option = givenObject(given.option, 'option');
    const own = OWN_TRACKS.find((name) => option[name] !== undefined && option[name] !== null);
    if (own) throw operationFailed(`option.${own} is not supported: only devices are captured`);
    const how = parseHow(source, given);
    const muted = parseMute(source, given.mute);
    if (source === 'audio') this.#applyAudio(option, step);
    else this.#applyVideo(source, option, step);
    this.#how[source] = { ...this.#how[source], ...how };
    if (muted !== undefined || step === 'start') this.#local.setMuted(source, muted ?? false);
    return how;
  }

  #applyAudio(option: Given, step: Step): void {
    const { settings } = this.#local;
    const audio = parseAudioOption(option, step === 'start' ? DEFAULT_AUDIO : settings.audio);
    const deviceId = optionalString(option.microphoneId, 'microphoneId');
    settings.audio = audio;
    if (deviceId !== undefined) settings.devices.audio = deviceId;
    else if (step === 'start') delete settings.devices.audio;
  }

  #applyVideo(source: 'video' | 'sub', option: Given, step: Step): void {
    const { settings } = this.#local;
    const first = step === 'start';
    const defaults = source === 'video' ? DEFAULT_CAMERA : DEFAULT_SCREEN;
    const video = parseVideoProfile(option.profile, source, first ? defaults : settings[source]);
    const render = parseRender(option, first ? RENDER[source] : settings.render[source]);
    const deviceId = source === 'video' ? optionalString(option.cameraId, 'cameraId') : undefined;
    if (source === 'video') {
      settings.small = parseSmall(option.small) ?? (first ? 'off' : settings.small);
      if (deviceId !== undefined) settings.devices.video = deviceId;
      else if (first) delete settings.devices.video;
    }
    settings[source] = video;
    this.#local.setRender(source, render);
  }

  async #open(source: Source): Promise<void> {
    const outcome = await this.#local.start(source, this.#how[source]);
    if (outcome.kind === 'superseded') throw aborted('it was stopped before it had started');
    if (outcome.kind === 'failed') throw outcome.error;
  }

  #deviceOf(source: Source): string | undefined {
    return source === 'sub' ? undefined : this.#local.settings.devices[source];
  }
}

function parseHow(source: Source, { view, publish, streamType }: Given): How {
  if (source === 'sub') optionalChoice(streamType, ['sub'], 'streamType');
  const views = source === 'audio' ? undefined : parseViews(view);
  const wanted = optionalBoolean(publish, 'publish');
  return { ...(views ? { views } : {}), ...(wanted === undefined ? {} : { publish: wanted }) };
}

/** Text mutes too: `microphone` for sound, the address of a picture for the camera. */
function parseMute(source: Source, mute: unknown): boolean | undefined {
  if (mute === undefined || mute === null || source === 'sub') return undefined;
  if (typeof mute === 'boolean') return mute;
  if (typeof mute === 'string') return mute !== '';
  throw wrongType('mute', 'a boolean or a string');
}

function parseSmall(small: unknown): typeof SMALL | 'auto' | 'off' | undefined {
  if (small === undefined || small === null) return undefined;
  if (small === true) return 'auto';
  if (small === false) return 'off';
  return parseVideoProfile(small, 'video', SMALL);
}
