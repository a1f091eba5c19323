import type { Cloud } from "../cloud.ts";

/** A rule that every deployment keeps. */
export interface Policy {
  name: string;
  /** What breaks it, one line each, with the name of the resource. */
  violations(cloud: Cloud): string[];
}
