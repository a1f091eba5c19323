import * as z from "zod/mini";

export const positive = z.number().check(z.positive());
export const atLeastOne = z.int().check(z.minimum(1));
