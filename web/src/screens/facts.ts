import type { AppliedLook, CameraFacts, Clip, Inspection, Measurements, RawFacts } from "../contracts";
import { parseRational, rateText } from "../film/rational";
import { isOpen } from "../film/states";
import { bytes, duration, instant, kilohertz } from "../film/words";
import type { RollPlace } from "../place";
import { h } from "../ui/dom";
import { forEditing } from "./editing";
import { type Row, section } from "./fact_section";
import { lookFacts } from "./look_facts";

/** What is known of a clip, section by section, in the order in which people ask. `look` is what its picture shows. */
export function facts(
  place: RollPlace,
  clip: Clip,
  look: AppliedLook | null,
  measurements: Measurements | null,
): HTMLElement {
  const { inspection } = clip;
  const unread = isOpen(clip.state) ? "not read yet" : "not read";
  return h(
    "div",
    { class: "facts-table" },
    look && lookFacts(look),
    forEditing(place, clip.editorial),
    ...(inspection
      ? [
          picture(inspection),
          time(inspection),
          sound(inspection, measurements, clip.recorder),
          color(inspection),
        ]
      : []),
    clip.raw && raw(clip.raw),
    camera(inspection?.camera ?? clip.raw?.camera ?? null),
    section("File", [
      ["Path on the card", clip.path],
      ["Container", inspection?.container ?? null, unread],
      ["Size", inspection ? bytes(inspection.size_bytes) : null, unread],
      ["Arrived", instant(clip.received_at)],
      ["Ended", clip.ended_at ? instant(clip.ended_at) : null, "still on its way"],
      ["Took", clip.seconds === null ? null : `${clip.seconds.toFixed(1)} s`, "not yet known"],
    ]),
  );
}

function picture({ video }: Inspection): HTMLElement {
  return section("Picture", [
    ["Codec", [video.codec, video.profile].filter(Boolean).join(" · ")],
    ["Size", `${video.width} × ${video.height}`],
    ["Pixel aspect", video.sample_aspect_ratio?.replace("/", ":") ?? null, "not tagged"],
    ...(video.rotation_degrees ? [["Rotation", `${video.rotation_degrees}°`] satisfies Row] : []),
    ["Pixels", video.pixel_format],
    ["Fields", video.field_order, "not tagged"],
  ]);
}

function time({ video, duration_s, start_timecode, reel }: Inspection): HTMLElement {
  const rate = rateText(parseRational(video.rate));
  return section("Time", [
    ["Rate", video.variable_rate ? `${rate}, variable` : rate],
    ["Frames", `${video.frames}${video.frames_counted ? " (counted)" : ""}`],
    ["Duration", duration(duration_s)],
    ["Start timecode", start_timecode, "no timecode in the file"],
    ["Reel", reel, "no reel in the file"],
  ]);
}

function sound(
  { audio }: Inspection,
  measurements: Measurements | null,
  recorder: Clip["recorder"],
): HTMLElement {
  const recorded: Row[] = recorder
    ? [
        ["Heard", recorder.sentence],
        ["Recorder", recorder.tracks.join(", ")],
      ]
    : [];
  const streams = audio.map((stream, index): Row => {
    const layout = stream.layout ?? "layout not tagged";
    const channels = `${stream.channels}\u00a0ch, ${layout}`;
    return [
      audio.length > 1 ? `Track ${index + 1}` : "Track",
      `${stream.codec} · ${channels} · ${kilohertz(stream.sample_rate)}`,
    ];
  });
  const loudness = measurements?.loudness;
  const figure = (value: number | null, unit: string) =>
    value === null ? null : `${value.toFixed(1)} ${unit}`;
  const unmeasured = "too short or too quiet to measure";
  const heard: Row[] = loudness
    ? [
        ["Loudness", figure(loudness.integrated_lufs, "LUFS"), unmeasured],
        ["Loudness range", figure(loudness.range_lu, "LU"), unmeasured],
        ["True peak", figure(loudness.true_peak_dbtp, "dBTP"), unmeasured],
      ]
    : [];
  const camera: Row[] = streams.length ? streams : [["Track", null, "no sound in the file"]];
  return section("Sound", [...recorded, ...camera, ...heard]);
}

function color({ video }: Inspection): HTMLElement {
  const { primaries, transfer, matrix, range } = video.color;
  return section("Colour tags", [
    ["Primaries", primaries, "not tagged"],
    ["Transfer", transfer, "not tagged"],
    ["Matrix", matrix, "not tagged"],
    ["Range", range, "not tagged"],
  ]);
}

/** What a RAW file tells without its maker's decoder. */
function raw(told: RawFacts): HTMLElement {
  const rate = told.rate && rateText(parseRational(told.rate));
  const unread = "not readable without its decoder";
  return section("RAW", [
    ["State", RAW_STATES[told.state] ?? told.state],
    ["Recording", told.codec ?? told.kind, unread],
    ["Size", told.width && told.height ? `${told.width} × ${told.height}` : null, unread],
    ["Rate", rate, unread],
    ["Frames", told.frames === null ? null : String(told.frames), unread],
    ["Start timecode", told.start_timecode, unread],
    ["Reel", told.reel, unread],
  ]);
}

const RAW_STATES: Record<string, string> = {
  ARCHIVED: "archived",
  METADATA_ONLY: "metadata only",
  EXTERNAL_PROXY: "picture through an external proxy",
  VENDOR_DECODER: "picture through the vendor's decoder",
};

function camera(told: CameraFacts | null): HTMLElement | null {
  if (!told) return null;
  const rows: Row[] = [
    ["Camera", [told.maker, told.model].filter(Boolean).join(" ") || null],
    ["Serial", told.serial],
    ["Lens", told.lens],
    ["EI", told.exposure_index],
    ["Shutter", told.shutter],
    ["White balance", told.white_balance],
    ["Shot at", told.shot_at],
  ];
  return section(
    "Camera",
    rows.filter(([, value]) => value !== null),
  );
}
