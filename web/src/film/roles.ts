/** Whose word counts for what. The studio decides; here it is so that nobody is offered what would be refused. */

const WORKING = ["camera", "editorial", "script", "director", "producer", "admin"];
const CASTING = ["script", "director", "producer", "admin"];

/** Scene, setup and take, and having clips looked at again: everybody who works for the production. */
export function maySay(roles: readonly string[]): boolean {
  return WORKING.some((role) => roles.includes(role));
}

/** Who agreed to be found, and where they are seen: everybody but a vendor. */
export function seesPeople(roles: readonly string[]): boolean {
  return roles.some((role) => role !== "vendor");
}

/** Which characters may be seen in a clip. */
export function mayListCast(roles: readonly string[]): boolean {
  return CASTING.some((role) => roles.includes(role));
}
