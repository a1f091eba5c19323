import type { Measurement } from "../figure.ts";
import { cost } from "./cost.ts";
import { fairness } from "./fairness.ts";
import { growth } from "./growth.ts";
import { held } from "./held.ts";
import { latency } from "./latency.ts";
import { ownCpuFigure } from "./own-cpu.ts";
import { pace } from "./pace.ts";
import { starts } from "./start.ts";

/** In the order in which they are measured: each has the machine for itself. */
export const MEASUREMENTS: readonly Measurement[] = [ownCpuFigure, starts, held, latency, fairness, cost, pace, growth];
