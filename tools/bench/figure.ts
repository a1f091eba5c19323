import type { Plot } from "./report/svg.ts";

/** A number with what it is a number of. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** One figure, measured together with what it is compared to. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly measured: Quantity;
  readonly reference: Quantity;
  /** The one by the other, in words that say which way round. */
  readonly ratio: { readonly value: number; readonly of: string };
  readonly goal: { readonly text: string; readonly isMet: boolean };
  /** What was measured, what the reference is, and on what. */
  readonly how: readonly string[];
  readonly table?: Table;
  readonly plots?: readonly { readonly file: string; readonly plot: Plot }[];
}

/** `once`: as little as shows that it can be measured. */
export type Effort = "full" | "once";

/** Measures one figure, or several that share their reference. */
export interface Measurement {
  readonly figures: readonly string[];
  measure(say: (progress: string) => void, effort: Effort): Promise<readonly Figure[]>;
}
