import type { Source } from '@rotunda/protocol';
import type { DeviceError } from '../devices/device-errors.ts';

/** What the user's own media tell whoever owns them. */
export interface LocalMediaEvents {
  /** The application started the source, whether or not the device is open yet. */
  started: [source: Source];
  /** The device delivers. */
  ready: [source: Source];
  /** What is to be published of the source may have changed. */
  changed: [source: Source];
  /** The first picture of the user's own camera or screen is shown. Pixels. */
  firstFrame: [source: Source, width: number, height: number];
  /** Another device delivers in the place of the one before. */
  switched: [source: Source];
  /** The platform ended the capture. Of a device why; of a screen it was the browser's own stop button, and there is no error. */
  ended: [source: Source, error: DeviceError | null];
  /** The platform cannot do something to what is sent, which goes out as it is captured. */
  unsupported: [what: string];
}
