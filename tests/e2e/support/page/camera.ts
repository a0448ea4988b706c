/** What a test's camera sees instead of the browser's invented picture: a colour in each quarter, or a picture that turns. */
export type Scene = Quarters | 'turning';

export interface Quarters {
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
}

const FRAME_MS = 50;
/** Pixels. */
const TILE = 40;

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
  const draw = scene === 'turning' ? turning(context) : () => paint(context, scene);
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

/** A chequered picture that turns slowly: it costs an encoder more, the sharper it is to be. */
function turning(context: CanvasRenderingContext2D): () => void {
  const { width, height } = context.canvas;
  const side = Math.ceil(Math.hypot(width, height));
  const tile = document.createElement('canvas');
  tile.width = tile.height = side;
  const brush = tile.getContext('2d');
  if (!brush) throw new Error('this browser has no 2d canvas');
  for (let x = 0; x < side; x += TILE) {
    for (let y = 0; y < side; y += TILE) {
      // Any colours do that are the same each time.
      brush.fillStyle = `hsl(${(x * 7 + y * 13) % 360} 60% ${30 + ((x * 3 + y * 5) % 40)}%)`;
      brush.fillRect(x, y, TILE, TILE);
    }
  }
  let angle = 0;
  return () => {
    angle += 0.01;
    context.setTransform(1, 0, 0, 1, width / 2, height / 2);
    context.rotate(angle);
    context.drawImage(tile, -side / 2, -side / 2);
  };
}

function paint(context: CanvasRenderingContext2D, scene: Quarters): void {
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
