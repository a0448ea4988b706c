/** Whatever is asked of it or called on it gives itself; awaiting it gives it at once. */
export const loggerManager: unknown = new Proxy(() => undefined, {
  get: (_target, name) => (name === 'then' || typeof name === 'symbol' ? undefined : loggerManager),
  apply: () => loggerManager,
  set: () => true,
});
