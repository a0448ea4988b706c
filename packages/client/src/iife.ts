/** For `<script>` tags: both faces as globals. Of the two default exports only the names are set. */
import * as native from './index.ts';
import { TRTC } from './web.ts';

const { default: _, ...names } = native;

Object.assign(globalThis, names, { TRTC });
