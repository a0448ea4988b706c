/** What a test's camera sees instead of the browser's invented picture: a colour in each quarter. */
export interface Scene {
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
}

const FRAME_MS = 50;

/** The harness's own, which nobody counts. */
const captureStream = Reflect.get(HTMLCanvasElement.prototype, 'captureStream');
const again = globalThis.setInterval.bind(globalThis);

/** A camera that sees the scene, in the size that is asked for. */
export function cameraTrack(scene: Scene, constraints: MediaTrackConstraints): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = ideal(constraints.width) ?? 640;
  canvas.height = ideal(constraints.height) ?? 360;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser has no 2d canvas');
  const draw = (): void => paint(context, scene);
  draw();
  const [track] = captureStream.call(canvas).getVideoTracks();
  if (!track) throw new Error('no captured track');
  const timer = again(draw, FRAME_MS);
  const stop = track.stop.bind(track);
  track.stop = () => {
    clearInterval(timer);
    stop();
  };
  return track;
}

function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const [width, height] = [context.canvas.width / 2, context.canvas.height / 2];
  const quarters = [
    [scene.topLeft, 0, 0],
    [scene.topRight, width, 0],
    [scene.bottomLeft, 0, height],
    [scene.bottomRight, width, height],
  ] as const;
  for (const [colour, x, y] of quarters) {
    context.fillStyle = colour;
    context.fillRect(x, y, width, height);
  }
}

function ideal(constraint: ConstrainULong | undefined): number | undefined {
  return typeof constraint === 'object' ? constraint.ideal : constraint;
}
