/** Of a day, as clocks show them: `HH:MM`, the end up to `24:00`. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

/** Nobody is called before nine or after eight in the evening, where that is all that is said of it. */
const USUAL: Hours = { from: "09:00", to: "20:00" };

const WRITTEN = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** As a request says them; undefined for what says none. */
export function hoursOf(written: string): Hours | undefined {
  if (written === "true") return USUAL;
  const [, from, to] = WRITTEN.exec(written) ?? [];
  return from === undefined || to === undefined || from >= to ? undefined : { from, to };
}
