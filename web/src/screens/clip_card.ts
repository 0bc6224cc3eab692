import type { Clip, Media } from "../contracts";
import { SLATE_FROM, slateWords } from "../film/analyses";
import { isOpen } from "../film/states";
import type { Replaced } from "../film/versions";
import { duration } from "../film/words";
import { address, type RollPlace } from "../place";
import { chip, steps } from "../ui/chip";
import { fill, h, type Piece, setText } from "../ui/dom";
import { visible } from "../ui/names";
import { picture } from "../ui/picture";
import { skim } from "../ui/skim";
import type { Studio } from "./screen";

/** A clip on the wall: its poster, or why there is none. The picture is set once, so that looking again never flickers. */
export function clipCard(studio: Studio, place: RollPlace): Piece<Clip> {
  const frame = h("div", { class: "frame" });
  const name = h("bdi", { class: "name" });
  const facts = h("p", { class: "facts" });
  const state = chip();
  const way = steps();
  const slated = h("p", { class: "slated" });
  const foot = h(
    "div",
    { class: "foot" },
    name,
    slated,
    h("div", { class: "line" }, state.node, facts),
    way.node,
  );
  const node = h("a", { class: "poster" }, frame, foot);
  let framed = "";

  return {
    node,
    show(clip) {
      node.href = address({ ...place, at: "clip", clipId: clip.clip_id, version: clip.version });
      node.dataset.key = `${clip.clip_id}/${clip.version}`;
      node.dataset.state = clip.state;
      node.title = visible(clip.path);
      setText(name, visible(clip.name));
      setText(facts, factsOf(clip));
      const told = slateWords(clip.slate);
      slated.hidden = told === null;
      slated.classList.toggle("unconfirmed", clip.slate_from === "SLATE");
      slated.title = clip.slate_from === null ? "" : SLATE_FROM[clip.slate_from];
      setText(slated, visible(told ?? ""));
      state.show(clip.state);
      way.show(clip.state);

      const { media, label } = pictureOf(clip);
      const inside = JSON.stringify([clip.state, clip.sentence, media?.prefix, label]);
      if (inside === framed) return;
      framed = inside;
      frame.classList.toggle("moving", isOpen(clip.state));
      const { grants } = studio;
      if (media?.names.includes("poster.jpg")) {
        const poster = picture(grants, place.production, media, "poster.jpg");
        const whose = label !== null && h("span", { class: "whose" }, visible(label));
        fill(frame, poster, skim(frame, grants, place.production, media), whose);
      } else fill(frame, clip.sentence ? h("p", { class: "sentence" }, visible(clip.sentence)) : null);
    },
  };
}

/** A clip that no longer counts, and what counts in its place. */
export function replacedCard(studio: Studio, place: RollPlace): Piece<Replaced> {
  const card = clipCard(studio, place);
  const why = h("p", { class: "instead" });
  card.node.append(why);
  return {
    node: card.node,
    show({ clip, by }) {
      card.show(clip);
      setText(why, visible(by));
    },
  };
}

/** The picture that stands for a clip, and whose it is where it is not the clip's own. */
export function pictureOf(clip: Clip): { media: Media | null; label: string | null } {
  if (clip.picture_from?.media) return { media: clip.picture_from.media, label: clip.picture_from.label };
  return { media: clip.media, label: clip.external_proxy ? "proxy" : null };
}

function factsOf({ inspection, raw }: Clip): string {
  if (!inspection) return raw?.start_timecode ?? "";
  return [inspection.start_timecode, duration(inspection.duration_s)].filter(Boolean).join(" · ");
}
