/** Whose word counts for what. The studio decides; here it is so that nobody is offered what would be refused. */

const any =
  (...some: string[]) =>
  (roles: readonly string[]) =>
    some.some((role) => roles.includes(role));

/** Scene, setup and take. */
export const mayTellSlate = any("script", "editorial", "director", "camera", "admin");
/** Which characters may be seen in a clip. */
export const mayListCast = any("script", "editorial", "director", "producer", "camera", "admin");
/** Ask models once more. */
export const mayAnalyse = any("script", "editorial", "director", "producer", "camera", "admin");
/** What analysis has cost. */
export const maySeeSpend = any("producer", "admin");
