import type { IncomingMessage } from 'node:http';
import type { RequestParams } from '@rotunda/protocol';
import { TerminalType, UserType } from '@rotunda/protocol/callbacks';
import type { ClientFacts } from '../rooms/model.ts';

/** Where a socket came from: what its HTTP request says. */
export interface Peer {
  /** IP address, or null. */
  readonly address: string | null;
  /** Its `User-Agent`, or null. */
  readonly userAgent: string | null;
}

const MAX_DEVICE_LENGTH = 512;
/** An IPv4 address as a socket that listens on both kinds shows it. */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/;

export function peerOf({ socket, headers }: IncomingMessage): Peer {
  return {
    address: socket.remoteAddress?.replace(MAPPED_IPV4, '') ?? null,
    userAgent: headers['user-agent']?.slice(0, MAX_DEVICE_LENGTH) ?? null,
  };
}

/**
 * A page in a browser is WebRTC on "other", whatever the system, as TRTC has it (docs/trtc.md 6.2). An application with the SDK in
 * it, in Electron or React Native, is a native one on its system.
 */
export function clientFacts(peer: Peer, said: RequestParams<'enter'>['client']): ClientFacts {
  const { address, userAgent: device } = peer;
  return { ...kindOf(device ?? ''), sdkVersion: said?.version ?? null, device, address };
}

function kindOf(userAgent: string): Pick<ClientFacts, 'terminal' | 'userType'> {
  const { windows, linux, android, ios, other } = TerminalType;
  if (/\bElectron\//.test(userAgent)) {
    const terminal = /Windows/.test(userAgent) ? windows : /Linux/.test(userAgent) ? linux : other;
    return { terminal, userType: UserType.native };
  }
  // React Native: the sockets of the system.
  if (userAgent.startsWith('okhttp/')) return { terminal: android, userType: UserType.native };
  if (/\bCFNetwork\/.*\bDarwin\//.test(userAgent)) return { terminal: ios, userType: UserType.native };
  if (/miniProgram/i.test(userAgent)) return { terminal: other, userType: UserType.miniProgram };
  return { terminal: other, userType: UserType.webRtc };
}
