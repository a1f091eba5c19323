import type { CallSpec } from "./records/spec.ts";

/** Whether the result is sent to anybody. Apart from the record's schema, which not every function has to load. */
export const isAwaited = ({ callback }: Pick<CallSpec, "callback">): boolean => callback.url !== "";
