import { EXTRA_CODE, invalidParameter } from './errors.ts';

export type Given = Readonly<Record<string, unknown>>;

/** Absent counts as empty where a method has no required parameter. */
export function givenObject(value: unknown, name: string): Given {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') throw wrongType(name, 'an object');
  return value as Given;
}

export function requiredObject(value: unknown, name: string): Given {
  if (value === undefined || value === null) throw missing(name);
  return givenObject(value, name);
}

export function requiredString(value: unknown, name: string): string {
  if (value === undefined || value === null) throw missing(name);
  if (typeof value !== 'string') throw wrongType(name, 'a string');
  if (value === '') throw invalidParameter(EXTRA_CODE.empty, `${name} is empty`);
  return value;
}

export function optionalString(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(name, 'a string');
  return value;
}

export function optionalBoolean(value: unknown, name: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw wrongType(name, 'a boolean');
  return value;
}

export function requiredBoolean(value: unknown, name: string): boolean {
  if (value === undefined || value === null) throw missing(name);
  if (typeof value !== 'boolean') throw wrongType(name, 'a boolean');
  return value;
}

export function requiredNumber(value: unknown, name: string): number {
  if (value === undefined || value === null) throw missing(name);
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrongType(name, 'a number');
  return value;
}

/** One of `list`; undefined when absent. */
export function optionalChoice<T>(value: unknown, list: readonly T[], name: string): T | undefined {
  if (value === undefined || value === null) return undefined;
  const known = list.find((entry) => entry === value);
  if (known === undefined) {
    throw invalidParameter(EXTRA_CODE.notInList, `${name} is one of: ${list.join(', ')}`);
  }
  return known;
}

export function requiredChoice<T>(value: unknown, list: readonly T[], name: string): T {
  const known = optionalChoice(value, list, name);
  if (known === undefined) throw missing(name);
  return known;
}

export function missing(name: string): Error {
  return invalidParameter(EXTRA_CODE.required, `${name} is required`);
}

export function wrongType(name: string, type: string): Error {
  return invalidParameter(EXTRA_CODE.type, `${name} must be ${type}`);
}
