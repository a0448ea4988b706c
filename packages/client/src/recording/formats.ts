/** How files are written: the samples themselves by us, everything else by the platform as that MIME type. */
export type SoundFormat = 'wav' | 'pcm' | { readonly type: string };

type Supports = (type: string) => boolean;

const PICTURE_EXTENSIONS = ['mp4', 'webm'];
const SOUND_EXTENSIONS = ['mp4', 'm4a', 'webm', 'ogg', 'aac'];

/** The MIME type for a file with sound alone, or with a picture too; null if the platform does not write such files. */
export function recordedType(path: string, kind: 'audio' | 'video', supports: Supports): string | null {
  const extension = extensionOf(path);
  const known = kind === 'video' ? PICTURE_EXTENSIONS : SOUND_EXTENSIONS;
  if (!known.includes(extension)) return null;
  const type = `${kind}/${extension === 'm4a' ? 'mp4' : extension}`;
  return supports(type) ? type : null;
}

/** Null if such files cannot be written here. */
export function soundFormat(path: string, supports: Supports): SoundFormat | null {
  const extension = extensionOf(path);
  if (extension === 'wav' || extension === 'pcm') return extension;
  const type = recordedType(path, 'audio', supports);
  return type === null ? null : { type };
}

/** The last part of a path: what a file is called. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? '';
}

/** `call.wav` and 2 make `call_2.wav`. */
export function numbered(path: string, number: number): string {
  const dot = path.length - extensionOf(path).length - 1;
  return `${path.slice(0, dot)}_${number}${path.slice(dot)}`;
}

/** In lower case; empty if there is none, or nothing before it. */
function extensionOf(path: string): string {
  return /[^.]\.([^.]+)$/.exec(baseName(path))?.[1]?.toLowerCase() ?? '';
}
