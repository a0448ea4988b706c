import { expect } from 'vitest';
import type { AnyPage } from './any-page.ts';
import type { Scene } from './page/camera.ts';
import type { Colour, Point } from './page/colours.ts';
import { viewOf, type Participant } from './participant.ts';
import { until } from './wait.ts';

/** One colour in each quarter, so that every turn and every mirroring looks different. */
export const FOUR_COLOURS: Scene = {
  topLeft: 'red',
  topRight: 'lime',
  bottomLeft: 'blue',
  bottomRight: 'yellow',
};
/** How {@link FOUR_COLOURS} looks at {@link CORNERS} as it was captured. */
export const UPRIGHT: readonly Colour[] = ['red', 'green', 'blue', 'yellow'];
/** Top left, top right, bottom left, bottom right; not quite at the edge. */
export const CORNERS: readonly Point[] = [
  [0.04, 0.04],
  [0.96, 0.04],
  [0.04, 0.96],
  [0.96, 0.96],
];

/** What the cameras, or one of them, see from now on; before they are opened. */
export async function setScene(who: Participant<AnyPage>, scene: Scene, deviceId?: string): Promise<void> {
  await who.page.evaluate(([given, id]) => window.driver.setScene(given, id), [scene, deviceId] as const);
}

/** What a shared screen looks like from now on; before it is opened. */
export async function setScreen(who: Participant<AnyPage>, scene: Scene): Promise<void> {
  await who.page.evaluate((given) => window.driver.setScreen(given), scene);
}

/** Waits until what arrives of a user has these colours, however it is shown. */
export async function receives(
  viewer: Participant<AnyPage>,
  { userId, streamType = 0 }: { userId: string; streamType?: number },
  colours: readonly Colour[],
  points: readonly Point[] = CORNERS,
): Promise<void> {
  const given = [viewOf(userId, streamType), points] as const;
  await comesTo(`${viewer.userId} receives ${colours.join(' ')} of ${userId}`, colours, () =>
    viewer.page.evaluate(([view, at]) => window.driver.colours(view, at), given),
  );
}

/** Waits until an element of the page looks like this. */
export async function shows(
  viewer: Participant<AnyPage>,
  view: string,
  colours: readonly Colour[],
  points: readonly Point[] = CORNERS,
): Promise<void> {
  await comesTo(`${viewer.userId} sees ${colours.join(' ')} in ${view}`, colours, async () => {
    const screenshot = await viewer.page.locator(`#${view}`).screenshot();
    return imageColours(viewer, `data:image/png;base64,${screenshot.toString('base64')}`, points);
  });
}

export function imageColours(
  who: Participant<AnyPage>,
  url: string,
  points: readonly Point[] = CORNERS,
): Promise<readonly Colour[]> {
  const given = [url, points] as const;
  return who.page.evaluate(([image, at]) => window.driver.coloursOfImage(image, at), given);
}

async function comesTo(
  what: string,
  wanted: readonly Colour[],
  look: () => Promise<readonly Colour[] | undefined>,
): Promise<void> {
  let last: readonly Colour[] | undefined;
  await until(what, async () => {
    last = await look();
    return last?.join(' ') === wanted.join(' ');
  }).catch(() => expect(last, what).toEqual(wanted));
}
