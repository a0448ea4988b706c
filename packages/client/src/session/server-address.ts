import { LEAVE_PATH, SIGNAL_PATH } from '@rotunda/protocol';

export interface ServerAddress {
  /** Where the WebSocket goes. */
  readonly signalUrl: string;
  /** Where a leave is posted to. */
  readonly leaveUrl: string;
}

/** Accepts http, https, ws and wss addresses, with or without a path; null for anything else. */
export function parseServerAddress(address: string): ServerAddress | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  if (!secure && url.protocol !== 'http:' && url.protocol !== 'ws:') return null;
  const rest = `${url.host}${url.pathname.replace(/\/+$/, '')}`;
  return {
    signalUrl: `${secure ? 'wss' : 'ws'}://${rest}${SIGNAL_PATH}`,
    leaveUrl: `${secure ? 'https' : 'http'}://${rest}${LEAVE_PATH}`,
  };
}
