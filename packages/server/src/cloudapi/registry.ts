import type { Action } from './action.ts';
import { blockActions, type BlockActionsContext } from './actions/blocks.ts';
import { roomActions, type RoomActionsContext } from './actions/rooms.ts';

/** What the actions work on. */
export type ActionContext = RoomActionsContext & BlockActionsContext;

/** The actions that this server does, family by family. */
export const ACTIONS: Readonly<Record<string, Action<ActionContext>>> = {
  ...roomActions,
  ...blockActions,
};

export function findAction(name: string): Action<ActionContext> | undefined {
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
}
