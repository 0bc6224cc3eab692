import type { Grants } from "../account/grants";
import type { Media } from "../contracts";
import { h } from "./dom";

/** A clip's still picture. A refused one is asked for once more with a new grant; then its absence is shown. */
export function picture(grants: Grants, production: string, media: Media, name: string): HTMLImageElement {
  const image = h("img", { alt: "", decoding: "async", draggable: "false" });
  let url = "";
  let tries = 0;
  const load = async () => {
    tries += 1;
    try {
      url = await grants.url(production, media, name);
      image.src = url;
    } catch {
      image.classList.add("missing");
    }
  };
  image.addEventListener("load", () => image.classList.add("loaded"));
  image.addEventListener("error", () => {
    grants.refused(production, url);
    if (tries < 2) void load();
    else image.classList.add("missing");
  });
  void load();
  return image;
}
