import { seesPeople } from "../film/roles";
import { address, type Place } from "../place";
import { h } from "../ui/dom";
import { type IconName, icon } from "../ui/icons";
import { mark } from "../ui/mark";
import { visible } from "../ui/names";

/** Production → what who is signed in is there. */
type Roles = (production: string) => Promise<readonly string[]>;

/** Where one is, the way back, and who is signed in. */
export function header(place: Place, username: string, signOut: () => void, roles: Roles): HTMLElement {
  return h(
    "header",
    { class: "top" },
    h("a", { class: "home", href: "#/", "aria-label": "Circletake" }, mark()),
    h("nav", { class: "crumbs", "aria-label": "You are here" }, ...crumbs(place)),
    "production" in place && ways(place.production, place.at, roles),
    h("span", { class: "who" }, visible(username)),
    h(
      "button",
      { type: "button", class: "icon-button", title: "Sign out", "aria-label": "Sign out", onclick: signOut },
      icon("out"),
    ),
  );
}

function ways(production: string, at: Place["at"], roles: Roles): HTMLElement {
  const way = (words: string, to: Place, name: IconName, key: string | null) =>
    h(
      "a",
      {
        class: "way",
        href: address(to),
        "aria-current": at === to.at ? "page" : null,
        "aria-keyshortcuts": key,
        title: key ? `${words} (${key})` : words,
      },
      icon(name),
      h("span", {}, words),
    );
  const people = way("Characters", { at: "characters", production }, "people", null);
  people.hidden = true;
  roles(production).then(
    (roles) => {
      people.hidden = !seesPeople(roles);
    },
    () => {}, // without an answer nothing more is offered than anybody may do
  );
  return h(
    "nav",
    { class: "ways", "aria-label": "In this production" },
    way("Find", { at: "find", production, words: "", character: null }, "find", "/"),
    people,
  );
}

function crumbs(place: Place): HTMLElement[] {
  if (!("production" in place)) return [];
  const found = [crumb(place.production, address({ at: "production", production: place.production }))];
  if (!("unit" in place)) return found;
  const { production, unit, day } = place;
  const label = unit === "main" ? day : `${day} ${unit}`;
  found.push(crumb(label, address({ at: "day", production, unit, day, words: "", list: null })));
  return "roll" in place ? [...found, crumb(place.roll, address({ ...place, at: "roll" }))] : found;
}

function crumb(words: string, href: string): HTMLElement {
  return h("a", { href }, h("bdi", {}, visible(words)));
}
