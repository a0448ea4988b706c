/** What a check makes of an argument: what the method gets, or what it should have been. */
export type Checked =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly expected: string };

export interface Check {
  /** As the parameter is called. */
  readonly name: string;
  readonly check: (value: unknown) => Checked;
}

const passed = (value: unknown): Checked => ({ ok: true, value });
const failed = (expected: string): Checked => ({ ok: false, expected });

/** A boolean; 0 and 1 count, because the callbacks speak them. */
export function flag(name: string): Check {
  return {
    name,
    check: (value) =>
      typeof value === 'boolean' || value === 0 || value === 1
        ? passed(Boolean(value))
        : failed('true or false'),
  };
}

export function text(name: string): Check {
  return {
    name,
    check: (value) =>
      typeof value === 'string' && value !== '' ? passed(value) : failed('a text that is not empty'),
  };
}

/** A text that may be empty. */
export function anyText(name: string): Check {
  return { name, check: (value) => (typeof value === 'string' ? passed(value) : failed('a text')) };
}

/** A finite number; what is out of range counts as the nearest one in it. */
export function number(name: string, [least, most]: readonly [number, number]): Check {
  return {
    name,
    check: (value) =>
      typeof value === 'number' && !Number.isNaN(value)
        ? passed(Math.min(most, Math.max(least, value)))
        : failed(`a number from ${least} to ${most}`),
  };
}

/** Platforms reckon with 32-bit numbers, and with sums of products of these. */
const MAX_COORDINATE = 1e9;

/** Three finite numbers; see {@link number}. */
export function vector(name: string): Check {
  const coordinate = number(name, [-MAX_COORDINATE, MAX_COORDINATE]);
  return {
    name,
    check: (value) => {
      const checked = Array.isArray(value) ? value.map((each) => coordinate.check(each)) : [];
      const passing = checked.filter((each) => each.ok);
      return checked.length === 3 && passing.length === 3
        ? passed(passing.map((each) => each.value))
        : failed('an array of three numbers');
    },
  };
}

/** One of the numbers of an enum. */
export function oneOf(name: string, values: Readonly<Record<string, string | number>>): Check {
  const known = Object.values(values).filter((value) => typeof value === 'number');
  return {
    name,
    check: (value) =>
      known.some((one) => one === value) ? passed(value) : failed(`one of ${known.join(', ')}`),
  };
}

export function object(name: string): Check {
  return {
    name,
    check: (value) => (typeof value === 'object' && value !== null ? passed(value) : failed('an object')),
  };
}

export function listener(name: string): Check {
  return { name, check: (value) => (typeof value === 'function' ? passed(value) : failed('a function')) };
}

/** An object whose members of these names are functions, or are not there, or null. */
export function functions(name: string, members: readonly string[]): Check {
  const fits = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    members.every((member) => typeof (Reflect.get(value, member) ?? functions) === 'function');
  return { name, check: (value) => (fits(value) ? passed(value) : failed('an object of functions')) };
}

/** What a table has under a number; nothing for what is no number, so that no inherited member is found. */
export function lookUp<T>(table: Readonly<Record<number, T>>, key: unknown): T | undefined {
  return typeof key === 'number' ? table[key] : undefined;
}

/** An element of the page, its id, several of either, or nothing. */
export function views(name: string): Check {
  return {
    name,
    check: (value) => {
      const given = Array.isArray(value) ? (value as unknown[]) : [value ?? []].flat();
      const elements = given.map(elementOf);
      return elements.includes(null)
        ? failed('an element of the page, its id, an array of these, or null')
        : passed(elements);
    },
  };
}

/** May be missing or null; then the method does as it does without. */
export function optional({ name, check }: Check): Check {
  return { name, check: (value) => (value === undefined || value === null ? passed(value) : check(value)) };
}

function elementOf(view: unknown): unknown {
  if (typeof view === 'string') return globalThis.document?.getElementById(view) ?? null;
  return typeof view === 'object' && view !== null && 'append' in view ? view : null;
}
