import { setTimeout as pause } from 'node:timers/promises';
import { STREAM, type Participant } from './participant.ts';

/** Longer than what a receiver still has in its buffers, in milliseconds. */
const DRAINED_MS = 500;
/** Over which nothing may come, in milliseconds. */
const WATCH_MS = 1_500;

/** What `viewer` has got of `userId`, who is the only one that it hears: frames that were decoded, bytes and energy of the sound. */
export async function got(viewer: Participant, userId: string, streamType: number = STREAM.big) {
  const picture = await viewer.received(userId, streamType);
  const [sound] = await viewer.heard();
  return {
    frames: picture?.framesDecoded ?? 0,
    bytes: sound?.bytesReceived ?? 0,
    energy: sound?.totalAudioEnergy ?? 0,
  };
}

/** What comes in a while, once the receiver's buffers are empty. */
export async function gain(viewer: Participant, userId: string, streamType: number = STREAM.big) {
  await pause(DRAINED_MS);
  const before = await got(viewer, userId, streamType);
  await pause(WATCH_MS);
  const after = await got(viewer, userId, streamType);
  return {
    frames: after.frames - before.frames,
    bytes: after.bytes - before.bytes,
    energy: after.energy - before.energy,
  };
}
