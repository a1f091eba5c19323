import * as z from "zod/mini";

/** The field's description in the catalogue. */
export const describe = (description: string) => z.describe(description);

/** What the metadata of every event begins with. */
export const identity = {
  id: z.string().check(describe("Of this event; the same whenever it is published or delivered again")),
  version: z.literal(1).check(describe("Of this type of event")),
};

export const masked = z.string().check(describe("The number, masked"));
