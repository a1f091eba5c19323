import type { Tallied } from "./tally.ts";

export interface RigOptions {
  /** The carrier's address. */
  readonly carrier: string;
  /** As a fraction of the real carrier's time: 1 for the timers of a deployment. */
  readonly speed: number;
  readonly largestBatch?: number;
  /** Whether requests to AWS are counted; what is timed goes without. */
  readonly counts: boolean;
}

export interface RigFacts {
  readonly apiUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly tableName: string;
}

/** What the process of a stage can be asked for, with what it answers. */
export interface RigCommands {
  start(options: RigOptions): Promise<RigFacts>;
  /** What was counted since it was last forgotten. */
  tally(): Promise<Tallied>;
  forget(): Promise<void>;
  /** Resolves once the function has handled this many messages since the last reset. */
  handled(wanted: { functionName: string; messages: number; withinSeconds: number }): Promise<void>;
  stop(): Promise<void>;
}
