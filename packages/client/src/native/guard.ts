import type { Check } from './checks.ts';

/** What is wrong with a call. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

type Method = (this: object, ...args: unknown[]) => unknown;

/**
 * Puts a check before each method of the table: a call that does not fit goes to `refuse`, whose result is the call's, and
 * never reaches the method. Nor does a method throw: what it stumbles over is in what it was given, such as a field that cannot be read.
 */
export function guardMethods<Instance extends object>(
  prototype: Instance,
  table: Readonly<Record<string, readonly Check[]>>,
  refuse: (instance: Instance, method: string, error: ArgumentError) => unknown,
): void {
  for (const [name, checks] of Object.entries(table)) {
    const method: unknown = Reflect.get(prototype, name);
    if (typeof method !== 'function') throw new TypeError(`there is no method ${name} to guard`);
    const guarded: Method = function (...args) {
      try {
        const problem = findProblem(name, checks, args);
        if (!problem) return Reflect.apply(method, this, args);
        return refuse(this as Instance, name, problem);
      } catch (cause) {
        const message = `${name}: what it is given cannot be used`;
        return refuse(this as Instance, name, new ArgumentError(message, { cause }));
      }
    };
    Object.defineProperty(prototype, name, { value: guarded, configurable: true, writable: true });
  }
}

/** Replaces the arguments by what the checks make of them. */
function findProblem(name: string, checks: readonly Check[], args: unknown[]): ArgumentError | null {
  for (const [index, { name: parameter, check }] of checks.entries()) {
    const checked = check(args[index]);
    if (!checked.ok) return new ArgumentError(`${name}: ${parameter} must be ${checked.expected}`);
    if (index < args.length || checked.value !== undefined) args[index] = checked.value;
  }
  return null;
}
