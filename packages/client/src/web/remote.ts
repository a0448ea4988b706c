import type { RoomClient } from '../session/room-client.ts';
import {
  givenObject,
  optionalBoolean,
  optionalChoice,
  requiredChoice,
  requiredObject,
  requiredString,
} from './checks.ts';
import { EXTRA_CODE, invalidOperation } from './errors.ts';
import { STREAM_TYPES, parseRender, parseViews, toLayer, toSource } from './views.ts';

/** Receives and shows a user's stream that is available. */
export function startRemoteVideo(core: RoomClient, config: unknown): void {
  const { userId, source, given, option } = parseStream(config);
  const views = parseViews(given.view) ?? [];
  const small = optionalBoolean(option.small, 'small');
  const render = parseRender(option, core.views.renderOf(userId, source));
  assertAvailable(core, userId, source);
  core.views.setRender(userId, source, render);
  core.views.start({ userId, source, layer: toLayer(small) }, views);
}

export function updateRemoteVideo(core: RoomClient, config: unknown): void {
  const { userId, source, given, option } = parseStream(config);
  const views = parseViews(given.view);
  const small = optionalBoolean(option.small, 'small');
  const render = parseRender(option, core.views.renderOf(userId, source));
  assertAvailable(core, userId, source);
  core.views.setRender(userId, source, render);
  if (views) core.views.setViews(userId, source, views);
  if (small !== undefined && source === 'video') core.views.setLayer(userId, toLayer(small));
}

export function stopRemoteVideo(core: RoomClient, config: unknown): void {
  const given = requiredObject(config, 'config');
  const userId = requiredString(given.userId, 'userId');
  const streamType = optionalChoice(given.streamType, STREAM_TYPES, 'streamType');
  if (userId === '*') {
    core.views.stopAll();
    return;
  }
  for (const type of streamType ? [streamType] : STREAM_TYPES) core.views.stop(userId, toSource(type));
}

export function assertInRoom(core: RoomClient): void {
  if (core.room.entered) return;
  throw invalidOperation(EXTRA_CODE.notInRoom, 'enter a room first');
}

function parseStream(config: unknown) {
  const given = requiredObject(config, 'config');
  const userId = requiredString(given.userId, 'userId');
  const source = toSource(requiredChoice(given.streamType, STREAM_TYPES, 'streamType'));
  return { userId, source, given, option: givenObject(given.option, 'option') };
}

function assertAvailable(core: RoomClient, userId: string, source: 'video' | 'sub'): void {
  assertInRoom(core);
  if (!core.room.has(userId)) throw invalidOperation(EXTRA_CODE.noSuchUser, `${userId} is not in the room`);
  if (!core.room.isAvailable(userId, source)) {
    throw invalidOperation(EXTRA_CODE.noSuchStream, `${userId} does not publish that stream`);
  }
}
