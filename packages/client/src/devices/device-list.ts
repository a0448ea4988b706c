import type { DeviceInfo, DeviceKind } from './platform.ts';

/** What became of a device. `default`: the system's default one is another now. */
export interface DeviceChange {
  readonly kind: DeviceKind;
  readonly deviceId: string;
  readonly what: 'added' | 'removed' | 'default';
}

const KINDS: readonly DeviceKind[] = ['audioinput', 'audiooutput', 'videoinput'];

/** Names under which Chromium lists the system's default sound devices once more. */
const ALIASES = ['default', 'communications'];

/** Devices of a kind, each once: aliases of a device that is listed itself are left out. */
export function devicesOf(list: readonly DeviceInfo[], kind: DeviceKind): readonly DeviceInfo[] {
  const all = list.filter((device) => device.kind === kind);
  return all.filter((device) => resolveAlias(all, device) === device);
}

/** The system's default device: what the alias stands for, else the first, which is what browsers list there. */
export function defaultOf(list: readonly DeviceInfo[], kind: DeviceKind): DeviceInfo | null {
  const all = list.filter((device) => device.kind === kind);
  const alias = all.find(({ deviceId }) => deviceId === ALIASES[0]);
  return alias ? resolveAlias(all, alias) : (devicesOf(list, kind)[0] ?? null);
}

export function findDevice(
  list: readonly DeviceInfo[],
  kind: DeviceKind,
  deviceId: string,
): DeviceInfo | null {
  const all = list.filter((device) => device.kind === kind);
  const found = all.find((device) => device.deviceId === deviceId);
  return found ? resolveAlias(all, found) : null;
}

/** Whether the platform keeps ids and names of that kind to itself, because the user has not allowed the page to capture. */
export function isHidden(list: readonly DeviceInfo[], kind: DeviceKind): boolean {
  return list.some((device) => device.kind === kind && device.deviceId === '');
}

/** What happened between two lists: first what is gone, then what is new, then default devices of sound. */
export function compareLists(before: readonly DeviceInfo[], after: readonly DeviceInfo[]): DeviceChange[] {
  return KINDS.flatMap((kind) => {
    if (isHidden(before, kind) || isHidden(after, kind)) return [];
    const [old, now] = [devicesOf(before, kind), devicesOf(after, kind)];
    const news = defaultOf(after, kind)?.deviceId;
    const changed = kind !== 'videoinput' && news !== undefined && news !== defaultOf(before, kind)?.deviceId;
    return [
      ...missing(old, now).map((deviceId): DeviceChange => ({ kind, deviceId, what: 'removed' })),
      ...missing(now, old).map((deviceId): DeviceChange => ({ kind, deviceId, what: 'added' })),
      ...(changed ? [{ kind, deviceId: news, what: 'default' } as const] : []),
    ];
  });
}

/** Ids that are in the first list only. */
function missing(from: readonly DeviceInfo[], of: readonly DeviceInfo[]): string[] {
  return from.map(({ deviceId }) => deviceId).filter((id) => of.every(({ deviceId }) => deviceId !== id));
}

function resolveAlias(all: readonly DeviceInfo[], device: DeviceInfo): DeviceInfo {
  if (!ALIASES.includes(device.deviceId) || !device.groupId) return device;
  const group = all.filter(
    ({ groupId, deviceId }) => groupId === device.groupId && !ALIASES.includes(deviceId),
  );
  // One piece of hardware may have several: the alias carries the name of the one it stands for.
  return group.find(({ label }) => device.label.endsWith(label)) ?? group[0] ?? device;
}
