// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { browserPage } from './page.ts';

const sent = vi.fn();

beforeEach(() => vi.stubGlobal('navigator', { sendBeacon: sent }));
afterEach(() => {
  vi.unstubAllGlobals();
  sent.mockClear();
});

function hide({ persisted }: { persisted: boolean }): void {
  dispatchEvent(Object.assign(new Event('pagehide'), { persisted }));
}

it('sends what it holds when the page goes, before the listeners of the application', () => {
  const order: string[] = [];
  const application = (): unknown => order.push('application');
  addEventListener('pagehide', application);
  sent.mockImplementation(() => order.push('beacon'));
  const takeBack = browserPage.holdBeacon('https://rtc.example/v1/leave', 'the body');
  hide({ persisted: false });
  takeBack();
  removeEventListener('pagehide', application);
  expect(sent.mock.calls).toEqual([['https://rtc.example/v1/leave', 'the body']]);
  expect(order).toEqual(['beacon', 'application']);
});

it.each(['messages', 'timers only'])(
  'has its next task after all that follows by promises (%s)',
  async (has) => {
    if (has === 'timers only') vi.stubGlobal('MessageChannel', undefined);
    let followed = 0;
    const task = browserPage.nextTask();
    const follow = async (): Promise<void> => {
      for (; followed < 1_000; followed++) await Promise.resolve();
    };
    void follow();
    await task;
    expect(followed).toBe(1_000);
  },
);

it('sends nothing for a page that may wake up again, or after it was taken back', () => {
  const takeBack = browserPage.holdBeacon('https://rtc.example/v1/leave', 'the body');
  hide({ persisted: true });
  takeBack();
  hide({ persisted: false });
  expect(sent).not.toHaveBeenCalled();
});

it.each([
  [{ type: 'wifi', effectiveType: '3g' }, 'wifi'],
  [{ type: 'ethernet' }, 'wired'],
  [{ type: 'cellular', effectiveType: '4g' }, '4g'],
  [{ type: 'cellular', effectiveType: '3g' }, '3g'],
  [{ type: 'cellular', effectiveType: 'slow-2g' }, '2g'],
  [{ type: 'bluetooth', effectiveType: '4g' }, undefined],
  [{ effectiveType: '4g' }, undefined],
  [undefined, undefined],
])('knows of the network what the browser tells: %j', (connection, network) => {
  vi.stubGlobal('navigator', { connection });
  expect(browserPage.network()).toBe(network);
});

it('knows whether anybody can see it', () => {
  expect(browserPage.hidden()).toBe(false);
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  expect(browserPage.hidden()).toBe(true);
  vi.restoreAllMocks();
});
