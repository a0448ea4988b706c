/** An argument that stands for an element of the page, made when it is missing. */
export interface ViewArgument {
  readonly view: string;
}
/** An argument that stands for bytes. */
export interface BytesArgument {
  readonly bytes: readonly number[];
}

/** What the SDK is called with, for what a test has written. */
export function realArgument(argument: unknown): unknown {
  if (typeof argument !== 'object' || argument === null) return argument;
  if ('view' in argument) return viewElement(String(argument.view));
  if ('bytes' in argument) return Uint8Array.from(argument.bytes as number[]).buffer;
  if (Array.isArray(argument)) return argument.map(realArgument);
  return Object.fromEntries(Object.entries(argument).map(([name, value]) => [name, realArgument(value)]));
}

function viewElement(name: string): HTMLElement {
  const found = document.getElementById(name);
  if (found) return found;
  const view = document.createElement('div');
  view.id = name;
  view.style.cssText = 'width:320px;height:180px';
  document.body.append(view);
  return view;
}
