import type { Cdl, Rgb } from "../contracts";
import { faultOf, IDENTITY, LookFault, numberOf, SOP } from "../film/cdl";
import { h } from "../ui/dom";

/** The ten numbers of a CDL, to be typed. */
export interface CdlFields {
  readonly node: HTMLElement;
  /** Puts a CDL there; only one that is wanted is read again. */
  show(cdl: Cdl, wanted: boolean): void;
  /** What stands there; null where no CDL is wanted. Throws `LookFault` where it is no grade of a picture. */
  read(): Cdl | null;
}

const COLORS = ["red", "green", "blue"];

export function cdlFields(): CdlFields {
  const wanted = h("input", { type: "checkbox", id: "cdl-wanted" });
  const rows = SOP.map((name) => COLORS.map((color) => field(`${name}, ${color}`)));
  const saturation = field("saturation");
  const fields = [...rows.flat(), saturation];
  const node = h(
    "fieldset",
    { class: "cdl-fields" },
    h("legend", {}, h("label", {}, wanted, "CDL")),
    ...["R", "G", "B"].map((head) => h("span", { class: "head", "aria-hidden": "true" }, head)),
    ...SOP.flatMap((name, row) => [h("span", { class: "name" }, name), ...(rows[row] ?? [])]),
    h("span", { class: "name" }, "saturation"),
    saturation,
  );

  function enable(on: boolean): void {
    wanted.checked = on;
    for (const each of fields) each.disabled = !on;
  }
  wanted.onchange = () => enable(wanted.checked);

  function show(cdl: Cdl, wanted: boolean): void {
    const values = [...SOP.flatMap((name) => cdl[name]), cdl.saturation];
    fields.forEach((each, index) => {
      each.value = String(values[index] ?? 0);
      each.removeAttribute("aria-invalid");
    });
    enable(wanted);
  }

  function read(): Cdl | null {
    if (!wanted.checked) return null;
    const values = fields.map((each) => numberOf(each.value));
    fields.forEach((each, index) => {
      if (values[index] === null) each.setAttribute("aria-invalid", "true");
      else each.removeAttribute("aria-invalid");
    });
    const wrong = values.indexOf(null);
    if (wrong >= 0) {
      fields[wrong]?.focus();
      throw new LookFault(`${fields[wrong]?.getAttribute("aria-label")} is not a number.`);
    }
    const numbers = values as number[];
    const rgb = (row: number) => numbers.slice(3 * row, 3 * row + 3) as Rgb;
    const cdl = { slope: rgb(0), offset: rgb(1), power: rgb(2), saturation: numbers[9] ?? 1 };
    const fault = faultOf(cdl);
    if (fault) throw new LookFault(fault);
    return cdl;
  }

  show(IDENTITY, false);
  return { node, show, read };
}

function field(label: string): HTMLInputElement {
  return h("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": label });
}
