/** Proxies for editing, by what an editor calls them. */

const FORMATS: Record<string, string> = {
  "dnxhr.mov": "DNxHR LB · MOV",
  "dnxhr.mxf": "DNxHR LB · MXF OP1a",
  "prores.mov": "ProRes Proxy · MOV",
  "editorial.mov": "H.264 · MOV",
};

/** The name of an output → its format. One that a newer studio makes is shown by its own name. */
export function formatWords(name: string): string {
  return FORMATS[name] ?? name;
}
