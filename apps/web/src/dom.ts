type Attributes = Record<string, string | number | boolean | undefined>;
type Child = Node | string | undefined;

/**
 * Makes an element. Attributes of value `true` are set empty, of `false` or `undefined` left out; text children become
 * text nodes, so whatever a user typed stays text.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | undefined,
): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/** A part of the page with a life: `dispose` undoes what it hooked up outside of its element. */
export interface Part {
  readonly element: HTMLElement;
  dispose(): void;
}

interface ButtonOptions {
  readonly label: string;
  readonly testId: string;
  readonly className?: string;
  readonly icon?: IconName;
  readonly onClick: () => void;
}

/** A button with a visible label and, if wanted, an icon in front of it. */
export function button({
  label,
  testId,
  className = 'button',
  icon: iconName,
  onClick,
}: ButtonOptions): HTMLButtonElement {
  const element = el(
    'button',
    { type: 'button', class: className, 'data-testid': testId },
    iconName && icon(iconName),
    el('span', { class: 'button__label' }, label),
  );
  element.addEventListener('click', onClick);
  return element;
}

/** Changes icon and label of a button made by {@link button}. */
export function relabel(element: HTMLButtonElement, label: string, iconName: IconName): void {
  element.replaceChildren(icon(iconName), el('span', { class: 'button__label' }, label));
}

const MICROPHONE = 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5 11.5a7 7 0 0 0 14 0M12 18.5V21';
const CAMERA = 'M3 8a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2ZM15 11l6-3.5v9L15 13';
const SLASH = 'M3.5 3.5l17 17';

const ICONS = {
  rotunda: 'M5 10.5a7 7 0 0 1 14 0M3 10.5h18M6 10.5V18M10 10.5V18M14 10.5V18M18 10.5V18M3 20.5h18M12 3.5V2',
  microphone: MICROPHONE,
  microphoneOff: MICROPHONE + SLASH,
  camera: CAMERA,
  cameraOff: CAMERA + SLASH,
  screen:
    'M4 4.5h16a1 1 0 0 1 1 1V15a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5.5a1 1 0 0 1 1-1ZM8 20h8M12 13V8M9.5 10.2 12 7.7l2.5 2.5',
  screenOff:
    'M4 4.5h16a1 1 0 0 1 1 1V15a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5.5a1 1 0 0 1 1-1ZM8 20h8M9.8 8l4.4 4.4M14.2 8l-4.4 4.4',
  leave: 'M13 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h7M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5',
  role: 'M7 7.5h12M15.5 4 19 7.5 15.5 11M17 16.5H5M8.5 13 5 16.5 8.5 20',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  open: 'M13 5h6v6M19 5l-8 8M17 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h4',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  alert: 'M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17.2v.1',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.3a6.5 6.5 0 0 1 3.5 5.7',
  door: 'M6 21V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v17M3 21h18M14.5 12v.1',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M12 5v14M6 13l6 6 6-6',
} as const;

export type IconName = keyof typeof ICONS;

const SVG = 'http://www.w3.org/2000/svg';

/** A line icon of the page, hidden from assistive technology: the text beside it says the same. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  setAttribute(svg, 'viewBox', '0 0 24 24');
  setAttribute(svg, 'class', 'icon');
  setAttribute(svg, 'aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  setAttribute(path, 'd', ICONS[name]);
  svg.append(path);
  return svg;
}
