import * as z from "zod/mini";

/** As the deprecated API answers. */
export const OldAnswerSchema = z
  .object({
    call_id: z.optional(z.string()).check(z.describe("The `tid` without its dashes")),
    to: z.optional(z.string()).check(z.describe("As you wrote it")),
    status: z
      .enum(["0", "1", "2", "3", "4", "5", "7", "9"])
      .check(
        z.describe(
          "0 accepted, 1 too many requests, 2 a parameter is missing, 3 one is wrong, 4 the credential is, 5 try again, 7 the number is not called, 9 a limit",
        ),
      ),
    error_text: z.string().check(z.describe("Why it was not accepted")),
  })
  .register(z.globalRegistry, { id: "OldAnswer" });
