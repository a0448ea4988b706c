import { expect, test } from 'vitest';
import { parseRoomName, roomText } from './room-name.ts';

test('digits name a numeric room', () => {
  expect(parseRoomName('1024')).toEqual({ kind: 'number', roomId: 1024 });
  expect(parseRoomName(' 7 ')).toEqual({ kind: 'number', roomId: 7 });
  expect(parseRoomName('007')).toEqual({ kind: 'number', roomId: 7 });
});

test('anything else names a text room, also what merely looks like a number', () => {
  for (const text of ['blue room', '12a', '-5', '1.5', '1e3', '٣']) {
    expect(parseRoomName(text)).toEqual({ kind: 'text', strRoomId: text });
  }
});

test('blank input names no room', () => {
  expect(parseRoomName('')).toBeUndefined();
  expect(parseRoomName('   ')).toBeUndefined();
});

test('the text of a room is read as the same room again', () => {
  for (const typed of ['1024', 'blue room', '4294967294']) {
    const room = parseRoomName(typed)!;
    expect(parseRoomName(roomText(room))).toEqual(room);
  }
});
