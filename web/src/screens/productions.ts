import type { Production } from "../contracts";
import { address } from "../place";
import { fill, h } from "../ui/dom";
import { visible } from "../ui/names";
import { empty } from "../ui/notice";
import { live, type Studio } from "./screen";

/** The productions of the person who is signed in. Whoever has only one goes straight there. */
export function productions(studio: Studio, signal: AbortSignal): HTMLElement {
  const node = h("main", { class: "screen productions" });
  live(studio, node, signal, {
    what: "Looking for your productions",
    fetch: (signal) => studio.api.productions(signal),
    show(found) {
      const [only] = found;
      if (only && found.length === 1)
        location.replace(address({ at: "production", production: only.production }));
      else if (!only) {
        fill(
          node,
          empty(
            "No production yet",
            "Your account belongs to no production. Ask its admin to add you to a group.",
          ),
        );
      } else fill(node, h("h1", {}, "Productions"), h("div", { class: "tiles" }, ...found.map(tile)));
      return "settled";
    },
  });
  return node;
}

function tile({ production, roles }: Production): HTMLElement {
  return h(
    "a",
    { class: "tile", href: address({ at: "production", production }) },
    h("h2", {}, visible(production)),
    h("p", { class: "quiet" }, roles.map(visible).join(" · ")),
  );
}
