import { expect, test } from 'vitest';
import { participantAddress, readDefaults, rememberChoice, roomAddress, type KeyValue } from './choice.ts';

function memory(): KeyValue {
  const entries = new Map<string, string>();
  return {
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
  };
}

const forbidden: KeyValue = {
  getItem: () => {
    throw new Error('storage is off');
  },
  setItem: () => {
    throw new Error('storage is off');
  },
};

const half = (): number => 0.5;

test('the address decides over what the tab remembers', () => {
  const storage = memory();
  storage.setItem('rotunda.name', 'ada');
  const query = new URLSearchParams('room=blue+room&name=ben&scene=live&role=audience');
  const defaults = readDefaults(query, storage, half);
  expect(defaults).toMatchObject({ name: 'ben', room: 'blue room', scene: 'live', role: 'audience' });
});

test('a tab remembers its name and devices', () => {
  const storage = memory();
  rememberChoice(storage, {
    name: 'ada',
    room: { kind: 'number', roomId: 5 },
    scene: 'call',
    role: 'anchor',
    microphone: false,
    camera: true,
  });
  expect(readDefaults(new URLSearchParams(), storage, half)).toMatchObject({
    name: 'ada',
    microphone: false,
    camera: true,
  });
});

test('without anything known there is a friendly name and a five-digit room', () => {
  const defaults = readDefaults(new URLSearchParams(), memory(), half);
  expect(defaults.name).toMatch(/^[A-Z][a-z]+-[A-Z][a-z]+$/);
  expect(defaults.room).toMatch(/^[1-9][0-9]{4}$/);
  expect(defaults).toMatchObject({ scene: 'call', role: 'anchor', microphone: true, camera: true });
});

test('forbidden storage is no obstacle', () => {
  expect(readDefaults(new URLSearchParams('room=5'), forbidden, half).room).toBe('5');
});

test('joining at once needs a room in the address', () => {
  const read = (query: string): boolean => readDefaults(new URLSearchParams(query), memory(), half).autojoin;
  expect(read('autojoin=1&room=5')).toBe(true);
  expect(read('autojoin=1')).toBe(false);
  expect(read('autojoin=1&room=+')).toBe(false);
  expect(read('room=5')).toBe(false);
});

test('addresses carry room and scene, and survive any characters', () => {
  const room = { kind: 'text', strRoomId: 'a&b=c #1' } as const;
  const share = roomAddress('http://127.0.0.1:8080/?name=ada&autojoin=1#x', { room, scene: 'live' });
  expect(share.hash).toBe('');
  expect(Object.fromEntries(share.searchParams)).toEqual({ room: 'a&b=c #1', scene: 'live' });
  const other = participantAddress('http://127.0.0.1:8080/', { room, scene: 'call' }, 'ben');
  expect(Object.fromEntries(other.searchParams)).toEqual({ room: 'a&b=c #1', name: 'ben', autojoin: '1' });
});
