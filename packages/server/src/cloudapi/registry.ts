import type { Action } from './action.ts';
import { blockActions, type BlockActionsContext } from './actions/blocks.ts';
import { monitoringActions, type MonitoringContext } from './actions/monitoring.ts';
import { realTimeActions } from './actions/real-time.ts';
import { roomActions, type RoomActionsContext } from './actions/rooms.ts';
import { usageActions } from './actions/usage.ts';

/** What the actions work on. */
export type ActionContext = RoomActionsContext & BlockActionsContext & MonitoringContext;

/** The actions that this server does, family by family. */
export const ACTIONS: Readonly<Record<string, Action<ActionContext>>> = {
  ...roomActions,
  ...blockActions,
  ...monitoringActions,
  ...realTimeActions,
  ...usageActions,
};

export function findAction(name: string): Action<ActionContext> | undefined {
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
}
