import { CloudApiError, type CloudApiErrorCode } from './errors.ts';

/** What may be wrong with a parameter that is there. */
type Fault = 'type' | 'value' | 'oversize';
type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

/** The code for each fault. `value` falls back to `type`, `oversize` to `value`, and all to the general codes. */
export interface FaultCodes {
  readonly missing?: CloudApiErrorCode;
  /** Not of the right type. */
  readonly type?: CloudApiErrorCode;
  /** Of the right type, but not allowed. */
  readonly value?: CloudApiErrorCode;
  /** Too large a number, or too long a list. */
  readonly oversize?: CloudApiErrorCode;
}

/** What one parameter of an action may be. */
export interface Rule<T> {
  /** What is allowed, as the end of the sentence "The parameter X must be ...". */
  readonly allowed: string;
  readonly codes: FaultCodes;
  /** Lists travel in queries and forms as `Name.0`, `Name.1` and so on. */
  readonly isList: boolean;
  /** What stands for the parameter if it is not there; null if it must be. */
  readonly absent: { readonly value: T } | null;
  /** Checks a value as JSON has it. */
  readonly read: (value: unknown) => Reading<T>;
  /** Turns one text of a query or a form into what JSON would have. What does not read as such stays text. */
  readonly fromText: (text: string) => unknown;
}

/** The parameters of an action, in the order in which they are checked. */
export type ParameterRules = Readonly<Record<string, Rule<unknown>>>;
/** What a handler gets: every parameter checked. */
export type ParametersOf<Rules extends ParameterRules> = {
  readonly [Name in keyof Rules]: Rules[Name] extends Rule<infer T> ? T : never;
};

interface Options {
  readonly codes?: FaultCodes;
}

/** A whole number of a range, its ends included. */
export function integer({ min, max, codes = {} }: Options & { min: number; max: number }): Rule<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    codes,
    isList: false,
    absent: null,
    read: (value) => {
      if (typeof value !== 'number' || !Number.isInteger(value)) return { ok: false, fault: 'type' };
      if (value < min) return { ok: false, fault: 'value' };
      return value > max ? { ok: false, fault: 'oversize' } : { ok: true, value };
    },
    fromText: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text === '' ? null : text),
  };
}

/** A string that passes a test. */
export function string({
  is,
  allowed,
  codes = {},
}: Options & { is: (value: string) => boolean; allowed: string }): Rule<string> {
  return {
    allowed,
    codes,
    isList: false,
    absent: null,
    read: (value) => {
      if (typeof value !== 'string') return { ok: false, fault: 'type' };
      return is(value) ? { ok: true, value } : { ok: false, fault: 'value' };
    },
    fromText: (text) => text,
  };
}

/** One of a few strings. */
export function oneOf<const T extends string>(values: readonly T[], { codes = {} }: Options = {}): Rule<T> {
  const allowed: ReadonlySet<string> = new Set(values);
  const isAllowed = (value: string): value is T => allowed.has(value);
  return {
    allowed: `one of ${values.join(', ')}`,
    codes,
    isList: false,
    absent: null,
    read: (value) => {
      if (typeof value !== 'string') return { ok: false, fault: 'type' };
      return isAllowed(value) ? { ok: true, value } : { ok: false, fault: 'value' };
    },
    fromText: (text) => text,
  };
}

/** A list of `min` to `max` entries that each keep a rule. */
export function list<T>({
  of,
  min,
  max,
  allowed = `a list of ${min} to ${max} entries, each ${of.allowed}`,
  codes = {},
}: Options & { of: Rule<T>; min: number; max: number; allowed?: string }): Rule<readonly T[]> {
  return {
    allowed,
    codes,
    isList: true,
    absent: null,
    read: (value) => {
      if (!Array.isArray(value)) return { ok: false, fault: 'type' };
      if (value.length < min) return { ok: false, fault: 'value' };
      if (value.length > max) return { ok: false, fault: 'oversize' };
      const entries: T[] = [];
      for (const entry of value as readonly unknown[]) {
        const reading = of.read(entry);
        if (!reading.ok) return reading;
        entries.push(reading.value);
      }
      return { ok: true, value: entries };
    },
    fromText: of.fromText,
  };
}

/** A parameter that may be left out. */
export function optional<T>(rule: Rule<T>): Rule<T | undefined> {
  return { ...rule, absent: { value: undefined } };
}

/** A parameter that has a value without being given. */
export function withDefault<T>(rule: Rule<T>, value: T): Rule<T> {
  return { ...rule, absent: { value } };
}

/** @throws CloudApiError InvalidParameter, if it is not an object */
export function parametersFromJson(json: unknown): ReadonlyMap<string, unknown> {
  if (json === null || typeof json !== 'object' || Array.isArray(json))
    throw new CloudApiError('InvalidParameter', 'The request body must be a JSON object.');
  return new Map<string, unknown>(Object.entries(json));
}

/** Reads parameters that came as text pairs (`RoomId=1&UserIds.0=a`) into what a JSON body would have. */
export function parametersFromPairs(
  rules: ParameterRules,
  pairs: Iterable<readonly [string, string]>,
): ReadonlyMap<string, unknown> {
  const read = new Map<string, unknown>();
  const lists = new Map<string, [index: number, value: unknown][]>();
  for (const [name, text] of pairs) {
    const [stem = '', index = '', ...rest] = name.split('.');
    const rule = ruleOf(rules, stem);
    if (rule?.isList && rest.length === 0 && /^\d{1,4}$/.test(index)) {
      const entries = lists.get(stem) ?? [];
      entries.push([Number(index), rule.fromText(text)]);
      lists.set(stem, entries);
    } else read.set(name, rule && !rule.isList && index === '' ? rule.fromText(text) : text);
  }
  for (const [name, entries] of lists)
    read.set(
      name,
      entries.toSorted(([a], [b]) => a - b).map(([, value]) => value),
    );
  return read;
}

/** Checks the parameters of an action. @throws CloudApiError that names the first parameter that is wrong. */
export function readParameters<Rules extends ParameterRules>(
  rules: Rules,
  given: ReadonlyMap<string, unknown>,
): ParametersOf<Rules> {
  for (const name of given.keys())
    if (!ruleOf(rules, name))
      throw new CloudApiError('UnknownParameter', `The action has no parameter ${printable(name)}.`);
  const read = Object.entries(rules).map(([name, rule]) => [name, readOne(name, rule, given.get(name))]);
  return Object.fromEntries(read) as ParametersOf<Rules>;
}

function readOne(name: string, rule: Rule<unknown>, value: unknown): unknown {
  if (value === undefined || value === null) {
    if (rule.absent) return rule.absent.value;
    throw new CloudApiError(rule.codes.missing ?? 'MissingParameter', `The parameter ${name} is missing.`);
  }
  const reading = rule.read(value);
  if (reading.ok) return reading.value;
  throw new CloudApiError(
    codeOf(reading.fault, rule.codes),
    `The parameter ${name} must be ${rule.allowed}.`,
  );
}

function codeOf(fault: Fault, { type, value, oversize }: FaultCodes): CloudApiErrorCode {
  if (fault === 'type') return type ?? 'InvalidParameter';
  if (fault === 'oversize' && oversize) return oversize;
  return value ?? type ?? 'InvalidParameterValue';
}

function ruleOf(rules: ParameterRules, name: string): Rule<unknown> | undefined {
  return Object.hasOwn(rules, name) ? rules[name] : undefined;
}

function printable(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}
