/** What a participant needs of a page, whichever way its browser is driven. */
export interface AnyPage {
  goto(url: string): Promise<unknown>;
  evaluate<R, A>(run: (given: A) => R | Promise<R>, given: A): Promise<R>;
  evaluate<R>(run: () => R | Promise<R>): Promise<R>;
  on(event: 'pageerror', listener: (error: Error) => void): unknown;
  locator(selector: string): { screenshot(): Promise<Buffer> };
  close(): Promise<void>;
}
export interface Context<P> {
  newPage(): Promise<P>;
  close(): Promise<void>;
}
export interface AnyBrowser<P> {
  newContext(): Promise<Context<P>>;
}
