import { address, type Place } from "../place";
import { h } from "../ui/dom";
import { icon } from "../ui/icons";
import { mark } from "../ui/mark";
import { visible } from "../ui/names";

/** Where one is, the way back, and who is signed in. */
export function header(place: Place, username: string, signOut: () => void): HTMLElement {
  return h(
    "header",
    { class: "top" },
    h("a", { class: "home", href: "#/", "aria-label": "Circletake" }, mark()),
    h("nav", { class: "crumbs", "aria-label": "You are here" }, ...crumbs(place)),
    h("span", { class: "who" }, visible(username)),
    h(
      "button",
      { type: "button", class: "icon-button", title: "Sign out", "aria-label": "Sign out", onclick: signOut },
      icon("out"),
    ),
  );
}

function crumbs(place: Place): HTMLElement[] {
  if (place.at === "productions" || place.at === "nowhere") return [];
  const found = [crumb(place.production, address({ at: "production", production: place.production }))];
  if (place.at === "production") return found;
  const unit = place.unit === "main" ? "" : ` ${place.unit}`;
  return [...found, crumb(`${place.day}${unit} / ${place.roll}`, address({ ...place, at: "roll" }))];
}

function crumb(words: string, href: string): HTMLElement {
  return h("a", { href }, h("bdi", {}, visible(words)));
}
