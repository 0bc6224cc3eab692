import { h } from "../ui/dom";

/** Something that a person may open: `key` tells it apart, `open` is how it is until somebody touched it. */
export type Fold = (
  key: string,
  summary: string | Node,
  open: boolean,
  ...inside: Node[]
) => HTMLDetailsElement;

/** Folds whose state outlives the nodes: what somebody opened stays open when the panel is built anew. */
export function folds(): Fold {
  const touched = new Map<string, boolean>();
  return (key, summary, open, ...inside) => {
    const node = h(
      "details",
      { class: "fold", open: touched.get(key) ?? open },
      h("summary", {}, summary),
      ...inside,
    );
    node.addEventListener("toggle", () => touched.set(key, node.open));
    return node;
  };
}
