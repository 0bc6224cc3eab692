import type { Grants } from "../account/grants";
import type { Media } from "../contracts";
import { h } from "./dom";

/** A clip's still picture. A refused one is asked for once more with a new grant; then it is said to be missing. */
export function picture(grants: Grants, production: string, media: Media, name: string): HTMLImageElement {
  const image = h("img", { alt: "", decoding: "async", draggable: "false" });
  let url = "";
  let tries = 0;
  const missing = () => image.replaceWith(h("p", { class: "sentence" }, "The picture did not load."));
  const load = async () => {
    tries += 1;
    url = await grants.url(production, media, name);
    image.src = url;
  };
  image.addEventListener("load", () => image.classList.add("loaded"));
  image.addEventListener("error", () => {
    grants.refused(production, url);
    if (tries < 2) load().catch(missing);
    else missing();
  });
  load().catch(missing);
  return image;
}
