/** Entry of the script-tag build: everything that a page without a bundler uses becomes a global. */
import * as native from './index.ts';

const { default: TRTCCloud, ...names } = native;

Object.assign(globalThis, { TRTCCloud, ...names });
