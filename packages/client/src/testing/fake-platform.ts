import { FakeClock } from '@rotunda/base';
import { SdkLog, type LogConsole } from '../log/sdk-log.ts';
import { browserPage } from '../session/page.ts';
import type { Platform } from '../session/platform.ts';
import { FakeAudio } from './fake-audio.ts';
import { FakeDevices } from './fake-devices.ts';
import { FakeEngines } from './fake-engine.ts';
import { FakePage } from './fake-page.ts';
import { FakePictures } from './fake-pictures.ts';
import { FakePlayback } from './fake-playback.ts';
import { FakeRecording } from './fake-recording.ts';
import { FakeServer } from './fake-server.ts';
import { FakeNetwork } from './fake-sockets.ts';
import { FakeSpeedPath } from './fake-speed.ts';
import { Gates } from './gates.ts';

/** Everything that a client needs, without a browser and without a server, all of it in the test's hand. */
export class FakePlatform {
  readonly gates: Gates;
  readonly clock = new FakeClock();
  readonly server: FakeServer;
  readonly network: FakeNetwork;
  readonly devices: FakeDevices;
  readonly engines: FakeEngines;
  readonly playback = new FakePlayback();
  readonly audio = new FakeAudio();
  readonly pictures: FakePictures;
  readonly recording: FakeRecording;
  readonly page: FakePage;
  readonly speed = new FakeSpeedPath(this.clock);
  /** Lines that went to the console. */
  readonly printed: string[] = [];

  readonly log = new SdkLog({ clock: this.clock, console: this.#console() });

  /** Several clients in one room share the server of the first. `seed`: see {@link Gates}. */
  constructor(server = new FakeServer(), seed: number | null = null) {
    this.server = server;
    this.gates = new Gates(seed);
    this.devices = new FakeDevices(this.gates);
    this.pictures = new FakePictures(this.gates);
    this.recording = new FakeRecording(this.gates);
    this.engines = new FakeEngines(this.gates);
    this.network = new FakeNetwork(this.gates, server.accept);
    this.page = new FakePage(this.gates);
    server.speedPath = this.speed;
    this.page.onPost = (body) => server.leave(body);
  }

  get platform(): Platform {
    const { clock, page, devices, playback, audio, log } = this;
    return {
      clock,
      page,
      devices,
      playback,
      log,
      sockets: this.network.sockets,
      createEngine: this.engines.create,
      openAudioGraph: audio.open,
      pictures: this.pictures,
      recording: this.recording,
      openSpeedChannel: this.speed.openChannel,
      random: () => 0.5,
    };
  }

  /** Lets time pass, in steps, with everything that happens in it. Heartbeats come as from a live server. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      this.clock.advance(Math.min(50, left));
      if (this.clock.now() % 1_000 < 50) this.server.ping();
      await this.settle();
    }
  }

  #console(): LogConsole {
    const print = (line: string): void => void this.printed.push(line);
    return { debug: print, info: print, warn: print, error: print };
  }

  /** Until nothing moves any more without time passing. */
  async settle(): Promise<void> {
    for (let quiet = 0, before = this.gates.count; quiet < 60; quiet++) {
      await Promise.resolve();
      if (this.gates.count !== before) quiet = 0;
      before = this.gates.count;
    }
    if (this.page.tasks === 0) return;
    await browserPage.nextTask();
    await this.settle();
  }
}
