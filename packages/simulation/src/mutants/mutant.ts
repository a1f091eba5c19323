import type { FaultLevel } from "../world/faults.ts";

/** One safety line removed: its file, its text, and the replacement. */
export interface Mutant {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Calls per history: some lines only matter with many calls, or at a high pace. */
  readonly calls?: number;
  readonly pace?: number;
  /** The fault level at which it fails, if not `none` or `heavy`. */
  readonly level?: FaultLevel;
  /** Fails so soon that every test run tries it. */
  readonly isQuick?: true;
}

export const core = (file: string) => `packages/core/src/${file}.ts`;
export const functions = (file: string) => `packages/functions/src/${file}.ts`;
