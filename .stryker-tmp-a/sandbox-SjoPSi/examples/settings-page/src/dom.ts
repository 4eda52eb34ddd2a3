/** A text that depends on the language or the time; read anew when either has changed. */
export type Live = () => string;
type Handler = (event: Event) => void;
type Attributes = Readonly<Record<string, string | number | boolean | undefined | Live | Handler>>;
export type Child = Node | string | Live | undefined;

const updates = new WeakMap<Node, (() => void)[]>();

/**
 * Makes an element: `h('button', { type: 'button', onclick: end }, () => words().end)`. Nothing is ever parsed as HTML.
 *
 * Attributes named `on…` are listeners; other functions, and children that are functions, are live texts.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value as Handler);
    else if (typeof value === 'function') keepLive(element, () => setAttribute(element, name, (value as Live)()));
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.flatMap((child) => (child === undefined ? [] : [nodeOf(child)])));
  return element;
}

function nodeOf(child: Node | string | Live): Node | string {
  if (typeof child !== 'function') return child;
  const text = document.createTextNode('');
  keepLive(text, () => {
    const now = child();
    if (text.data !== now) text.data = now;
  });
  return text;
}

function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Runs `update` now, and whenever the live texts are refreshed while the node is on the page. */
function keepLive(node: Node, update: () => void): void {
  update();
  updates.set(node, [...(updates.get(node) ?? []), update]);
}

/** Brings every live text on the page up to date. */
export function refreshTexts(): void {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) for (const update of updates.get(walker.currentNode) ?? []) update();
}

/** An element of index.html. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return element;
}
