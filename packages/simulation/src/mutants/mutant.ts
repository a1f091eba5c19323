import type { FaultLevel } from "../faults.ts";

/** One line of safety taken away: where it stands, and what stands there instead. */
export interface Mutant {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Of each history; some lines are only missed where many are called together, and fast. */
  readonly calls?: number;
  readonly pace?: number;
  /** Where it shows, if that is neither without faults nor under heavy ones. */
  readonly level?: FaultLevel;
  /** Whether it fails so soon that it is tried with every run of the tests. */
  readonly isQuick?: true;
}

export const core = (file: string) => `packages/core/src/${file}.ts`;
export const functions = (file: string) => `packages/functions/src/${file}.ts`;
