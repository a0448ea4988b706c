/**
 * A room as TRTC names it: a number or a text, two namespaces that never meet (docs/trtc.md section 1.4). The SDK is
 * the judge of what is allowed in either.
 */
export type RoomName =
  | { readonly kind: 'number'; readonly roomId: number }
  | { readonly kind: 'text'; readonly strRoomId: string };

/** Reads what somebody typed: digits only name a numeric room, everything else a text room; nothing typed, none. */
export function parseRoomName(typed: string): RoomName | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  if (/^[0-9]+$/.test(text)) return { kind: 'number', roomId: Number(text) };
  return { kind: 'text', strRoomId: text };
}

/** The text that {@link parseRoomName} reads as the same room again. */
export function roomText(room: RoomName): string {
  return room.kind === 'number' ? String(room.roomId) : room.strRoomId;
}
