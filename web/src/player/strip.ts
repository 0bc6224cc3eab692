/** The strip below the picture: sound, what the decode pass saw, the playhead; and it is where one scrubs. */

import type { FrameSpan, Measurements } from "../contracts";
import { markOf } from "../film/qc";
import { fill, h, setText } from "../ui/dom";
import { type Lanes, lanes } from "./lanes";
import type { Transport } from "./transport";

export type { Lanes } from "./lanes";

/** More marks than this are closer together than a finger. */
const MOST_MARKS = 600;

export interface Strip {
  readonly node: HTMLElement;
  playhead(frame: number): void;
  measured(measurements: Measurements): void;
  analysed(lanes: Lanes): void;
}

export function strip(
  transport: Transport,
  frames: number,
  waveform: string | null,
  label: (frame: number) => string,
): Strip {
  const place = (frame: number) => `${(100 * frame) / frames}%`;
  const head = h("i", { class: "playhead" });
  const marks = h("div", { class: "marks", "aria-hidden": "true" });
  const told = lanes(place);
  const sound = waveform
    ? h("img", { class: "waveform", src: waveform, alt: "", draggable: "false" })
    : h("p", { class: "no-sound" }, "no sound");

  const previewLabel = h("span", { slot: "preview", class: "preview-label" });
  const range = document.createElement("media-time-range");
  const thumbnail = document.createElement("media-preview-thumbnail");
  thumbnail.slot = "preview";
  // The filmstrip is redirected to the store's own origin. A picture that is only shown must not ask it for CORS;
  // neither must the range's own preview, which ours replaces.
  thumbnail.shadowRoot?.querySelector("img")?.removeAttribute("crossorigin");
  range.shadowRoot?.querySelector("media-preview-thumbnail")?.remove();
  range.setAttribute("mediacontroller", "stage");
  range.append(thumbnail, previewLabel);
  range.addEventListener("pointermove", (event) => {
    const { left, width } = range.getBoundingClientRect();
    const frame = Math.max(0, Math.min(frames - 1, Math.floor(((event.clientX - left) / width) * frames)));
    setText(previewLabel, label(frame));
    // The range itself asks only once a second of media, too coarse for a short take.
    const detail = transport.timeOf(frame);
    range.dispatchEvent(new CustomEvent("mediapreviewrequest", { bubbles: true, composed: true, detail }));
  });

  function span(kind: string, { first, last }: FrameSpan): HTMLElement {
    const mark = h("i", { class: `mark ${kind}` });
    mark.style.left = place(first);
    mark.style.width = place(last + 1 - first);
    return mark;
  }

  function cut(frame: number): HTMLElement {
    const mark = h("i", { class: "mark cut" });
    mark.style.left = place(frame);
    return mark;
  }

  return {
    node: h("div", { class: waveform ? "strip" : "strip silent-clip" }, sound, marks, told.node, head, range),
    playhead(frame) {
      head.style.left = place(frame);
    },
    measured({ scene_changes, black, frozen, silent, findings = [] }) {
      // Black, frozen and silent stretches are told as spans, whatever quality control looks for.
      const others = findings.filter((each) => ["doubtful", "noted"].includes(markOf(each)));
      const all = [
        ...black.map((found) => span("black", found)),
        ...frozen.map((found) => span("frozen", found)),
        ...silent.map((found) => span("silent", found)),
        ...others.map(
          ({ frames, information }) => frames && span(information ? "noted" : "doubtful", frames),
        ),
        ...scene_changes.map(cut),
      ];
      fill(marks, ...all.slice(0, MOST_MARKS));
    },
    analysed: told.show,
  };
}
