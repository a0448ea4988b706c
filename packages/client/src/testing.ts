/** Fakes of everything that the SDK needs from its platform, for tests without browsers. */
export {
  FakeAudio,
  FakeGraph,
  type FakeInput,
  FakeMusic,
  FakeSampleTap,
  FakeTap,
} from './testing/fake-audio.ts';
export { FakeDevices, FakeTrack } from './testing/fake-devices.ts';
export { FakeEngines, FakeMediaEngine, type FakeSent } from './testing/fake-engine.ts';
export { FakePage } from './testing/fake-page.ts';
export { FakeCompositor, FakePictures, FakeSwitcher, type FakeStill } from './testing/fake-pictures.ts';
export { FakePlatform } from './testing/fake-platform.ts';
export { FakePlayback, type FakePicture } from './testing/fake-playback.ts';
export { FakeRecorder, FakeRecording } from './testing/fake-recording.ts';
export { FakeServer } from './testing/fake-server.ts';
export { FakeNetwork, type AcceptSocket, type ServerEnd, type ServerSocket } from './testing/fake-sockets.ts';
export { Gates, type StepListener } from './testing/gates.ts';
