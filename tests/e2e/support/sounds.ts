import type { TRTCVolumeInfo } from '@rotunda/client';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { AnyPage } from './any-page.ts';
import type { Heard } from './page/sound.ts';
import type { Participant } from './participant.ts';
import { until } from './wait.ts';

type User = Participant<AnyPage>;

/** Listens until what is heard fits. */
export function hearing(who: User, what: string, fits: (heard: Heard) => boolean): Promise<Heard> {
  return until(`${who.userId} hears ${what}`, async () => {
    const heard = await who.listen();
    return fits(heard) && heard;
  });
}

/** Listens to what the SDK's own mix lets be heard here, and in particular for some tones, until it fits. */
export function hearingHere(
  who: User,
  what: string,
  fits: (heard: Heard) => boolean,
  tones: readonly number[] = [],
): Promise<Heard> {
  return until(`${who.userId} hears ${what}`, async () => {
    const heard = await who.listenHere(500, tones);
    return heard !== null && fits(heard) && heard;
  });
}

/** What arrives in `ms` milliseconds, of all sound together. */
export async function traffic(who: User, ms: number): Promise<{ packets: number; kbps: number }> {
  const before = await who.heard();
  const from = Date.now();
  await pause(ms);
  const after = await who.heard();
  const sum = (streams: typeof before, key: 'packetsReceived' | 'bytesReceived'): number =>
    streams.reduce((total, stream) => total + stream[key], 0);
  return {
    packets: sum(after, 'packetsReceived') - sum(before, 'packetsReceived'),
    kbps: ((sum(after, 'bytesReceived') - sum(before, 'bytesReceived')) * 8) / (Date.now() - from),
  };
}

interface Volumes {
  readonly at: number;
  readonly total: number;
  readonly of: (userId: string) => TRTCVolumeInfo | undefined;
}

export async function volumesOf(user: User): Promise<Volumes[]> {
  const entries = (await user.journal()).filter(({ name }) => name === 'onUserVoiceVolume');
  return entries.map(({ at, args }) => {
    const [volumes, count, total] = args as [TRTCVolumeInfo[], number, number];
    expect(count).toBe(volumes.length);
    return { at, total, of: (userId) => volumes.find((info) => info.userId === userId) };
  });
}

/** The first volumes from now on that fit. */
export async function toldVolumes(
  user: User,
  what: string,
  fits: (volumes: Volumes) => unknown,
): Promise<Volumes> {
  const before = (await volumesOf(user)).length;
  return until(`${user.userId} is told that ${what}`, async () =>
    (await volumesOf(user)).slice(before).find((volumes) => fits(volumes)),
  );
}

export const VOICE_HZ = 440;
export const MUSIC_HZ = 1_000;

/** Listens until voice and music are as loud as they should be. */
export function hearingMix(
  who: User,
  what: string,
  fits: (loudness: { voice: number; music: number }) => boolean,
): Promise<{ voice: number; music: number }> {
  return until(`${who.userId} hears ${what}`, async () => {
    const { tones }: Heard = await who.listen(400, [VOICE_HZ, MUSIC_HZ]);
    const [voice = 0, music = 0] = tones;
    return fits({ voice, music }) && { voice, music };
  });
}

/** The amplitude of a microphone's tone, and of music. */
const FULL = 0.3;
/** That part of it, as exactly as a moment of coded sound can be measured. */
export const isPart = (part: number, amplitude: number): boolean =>
  amplitude > FULL * part * 0.8 && amplitude < FULL * part * 1.2;
export const isFull = (amplitude: number): boolean => isPart(1, amplitude);
export const isSilent = (amplitude: number): boolean => amplitude < 0.003;

/** Listens until two seconds at a stretch of a tone have neither a gap nor a click, and are as high as they should be. */
export async function hearsEvenTone(who: User, volume = 1): Promise<void> {
  const rms = (FULL * volume) / Math.SQRT2;
  await until(`${who.userId} hears an even tone`, async () => {
    const { quietest, loudest, frequency } = await who.evenness(2_000);
    return quietest > rms * 0.9 && loudest < rms * 1.1 && Math.abs(frequency - MUSIC_HZ) < 3;
  });
}

/** A music of one tone of that many seconds in a user's page. */
export async function song(user: User, seconds: number): Promise<{ id: number; path: string }> {
  return { id: 7, path: await user.music({ frequency: MUSIC_HZ, seconds, volume: 0.3 }) };
}
