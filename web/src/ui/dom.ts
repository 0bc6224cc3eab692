/** The few lines that stand between the page and the DOM. Strings become text nodes: nothing is ever parsed as HTML. */

export type Child = Node | string | null | false;
type Handler = (event: never) => void;
export type Properties = Record<string, string | boolean | Handler | null>;

/** A new element: `on…` functions are listeners, true and strings are attributes, null and false are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

/** Replaces what is in `parent`. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...present(children));
}

/** Touches the DOM only when the text is another one, so that nothing flickers. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A piece of the page that shows a T and can go on to show a newer one. */
export interface Piece<T> {
  readonly node: HTMLElement;
  show(item: T): void;
}

/** Items → pieces in their order below `parent`. A piece stays the same one as long as its key does. */
export function keyed<T>(
  parent: Element,
  key: (item: T) => string,
  make: () => Piece<T>,
): (items: T[]) => void {
  let pieces = new Map<string, Piece<T>>();
  return (items) => {
    const next = new Map<string, Piece<T>>();
    for (const item of items) {
      const piece = pieces.get(key(item)) ?? make();
      piece.show(item);
      next.set(key(item), piece);
    }
    for (const [gone, piece] of pieces) if (!next.has(gone)) piece.node.remove();
    // Moving a node that already stands right would drop its focus and restart its animation.
    let here = parent.firstElementChild;
    for (const { node } of next.values()) {
      if (node === here) here = here.nextElementSibling;
      else parent.insertBefore(node, here);
    }
    pieces = next;
  };
}

function present(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => child !== null && child !== false);
}
