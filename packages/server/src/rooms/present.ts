import type { Guest } from './guest-model.ts';
import type { Member, OpenRoom } from './model.ts';

/** Whoever is seen in the room by that name. */
export function presentUser(room: OpenRoom, userId: string): Member | Guest | undefined {
  return room.members.get(userId) ?? room.guests.get(userId);
}

/** Everybody who is seen in the room. */
export function presentUsers({ members, guests }: OpenRoom): (Member | Guest)[] {
  return [...members.values(), ...guests.values()];
}
