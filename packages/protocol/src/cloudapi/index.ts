export * from './actions.ts';
export * from './blocks.ts';
export * from './errors.ts';
export * from './monitoring.ts';
export * from './rooms.ts';
export * from './rules.ts';
