import type { Check } from './checks.ts';

/** What is wrong with a call. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

type Method = (this: object, ...args: unknown[]) => unknown;

/**
 * Puts a check before each method of the table: a call that does not fit goes to `refuse`, whose result is the call's, and
 * never reaches the method.
 */
export function guardMethods<Instance extends object>(
  prototype: Instance,
  table: Readonly<Record<string, readonly Check[]>>,
  refuse: (instance: Instance, error: ArgumentError) => unknown,
): void {
  for (const [name, checks] of Object.entries(table)) {
    const method: unknown = Reflect.get(prototype, name);
    if (typeof method !== 'function') throw new TypeError(`there is no method ${name} to guard`);
    const guarded: Method = function (...args) {
      const problem = findProblem(name, checks, args);
      if (problem) return refuse(this as Instance, problem);
      return Reflect.apply(method, this, args);
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
