const QUALITIES = [
  'Amber',
  'Brave',
  'Bright',
  'Calm',
  'Clever',
  'Gentle',
  'Golden',
  'Happy',
  'Jolly',
  'Keen',
  'Kind',
  'Lively',
  'Lucky',
  'Mellow',
  'Merry',
  'Nimble',
  'Polite',
  'Quick',
  'Quiet',
  'Silver',
  'Sunny',
  'Swift',
  'Warm',
  'Witty',
] as const;
const ANIMALS = [
  'Badger',
  'Beaver',
  'Bison',
  'Crane',
  'Dolphin',
  'Falcon',
  'Finch',
  'Fox',
  'Gecko',
  'Heron',
  'Ibex',
  'Koala',
  'Lemur',
  'Lynx',
  'Marten',
  'Newt',
  'Otter',
  'Owl',
  'Panda',
  'Puffin',
  'Robin',
  'Seal',
  'Sparrow',
  'Wren',
] as const;

/** A name like Calm-Otter, made of characters that every TRTC SDK accepts in a userId. @param random 0…1 */
export function friendlyName(random: () => number): string {
  return `${pick(QUALITIES, random)}-${pick(ANIMALS, random)}`;
}

function pick(words: readonly string[], random: () => number): string {
  return words[Math.floor(random() * words.length)] ?? 'Guest';
}

/** One or two letters that stand for a name: the first of its first and of its last word. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const first = words[0] ?? '?';
  const last = words.length > 1 ? words.at(-1) : undefined;
  return (firstLetter(first) + (last ? firstLetter(last) : '')).toUpperCase();
}

function firstLetter(word: string): string {
  return Array.from(word)[0] ?? '';
}

/** A hue (0…5) that stays with a name. */
export function hueOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return sum % 6;
}
