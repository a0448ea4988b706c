import { TRTC_ERRORS } from '@rotunda/protocol';
import { UNSUPPORTED, type UnsupportedAnswer, type UnsupportedMethods } from '../unsupported.ts';
import { CloudRecording } from './recording.ts';

type Constructor<T> = new (...args: ConstructorParameters<typeof CloudRecording>) => T;

/** The methods come from the table below; here they get their types. */
const Base = CloudRecording as unknown as Constructor<CloudRecording & UnsupportedMethods>;

/** What this platform does not have: see `UnsupportedMethods`. */
export class CloudUnsupported extends Base {
  readonly #warned = new Set<string>();

  static {
    for (const [name, answer] of Object.entries(UNSUPPORTED)) {
      const value = function (this: CloudUnsupported, ...args: readonly unknown[]): unknown {
        return this.#refuse(name, answer, args);
      };
      Object.defineProperty(CloudUnsupported.prototype, name, { value, configurable: true, writable: true });
    }
  }

  /** `onWarning(-4)`, once for each name, so that what is called for every frame does not flood the application. */
  protected warnUnsupported(name: string, why: string): void {
    if (this.#warned.has(name)) return;
    this.#warned.add(name);
    const { code } = TRTC_ERRORS.ERR_NOT_SUPPORTED;
    this.later(() => this.fire('onWarning', code, `${name}: ${why}`, null));
  }

  #refuse(name: string, { why, returns, result, taskResult }: UnsupportedAnswer, args: readonly unknown[]) {
    const { code } = TRTC_ERRORS.ERR_NOT_SUPPORTED;
    this.warnUnsupported(name, why);
    if (result) this.later(() => this.fire(result, code, why));
    const taskId = typeof args[0] === 'string' ? args[0] : '';
    if (taskResult) this.later(() => this.fire(taskResult, taskId, code, why));
    return returns?.(...args);
  }
}
