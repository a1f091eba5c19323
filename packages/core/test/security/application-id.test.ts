import { describe, expect, it } from "vitest";
import { ApplicationIdSchema } from "../../src/security/application-id.ts";

describe("the id of an application", () => {
  it.each([
    ["3B241101-E2BB-4255-8CAF-4136C566A962", "3b241101-e2bb-4255-8caf-4136c566a962"],
    [" 3b241101-e2bb-4255-8caf-4136c566a962\n", "3b241101-e2bb-4255-8caf-4136c566a962"],
    ["my-application", "my-application"],
  ])("is one and the same however %j is written", (written, id) => {
    expect(ApplicationIdSchema.parse(written)).toBe(id);
  });

  it.each(["", "a#b", "a/b", "a b", "ä", "a".repeat(65), 7, null, undefined])("is not %j", (written) => {
    expect(ApplicationIdSchema.safeParse(written).success).toBe(false);
  });
});
