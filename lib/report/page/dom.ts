/** Attributes of an element: `true` is an attribute without a value; `false` and `undefined` leave it out. */
type Attributes = Readonly<Record<string, string | boolean | undefined>>;
/** Text is put in as text, never as markup: names that were read cannot become elements. `false` is no child. */
type Child = Node | string | false | undefined;

/** The element of this id and kind. Throws where the page has none: the page and its program are made together. */
export const elementOf = <T extends Element>(id: string, kind: abstract new () => T): T => {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`the page has no #${id}`);
};

/** The HTML element of this id. */
export const byId = (id: string): HTMLElement => elementOf(id, HTMLElement);

/** An element with attributes and children. */
export const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  element.append(...children.flat().filter(child => child !== undefined && child !== false));
  return element;
};

/** An SVG element with attributes and children. */
export const makeSvg = <K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
};

/** Tells a screen reader what happened. */
export const announce = (text: string): void => {
  byId('live').textContent = text;
};

/** Hands the reader a file. Nothing leaves the browser. */
export const download = (name: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};
