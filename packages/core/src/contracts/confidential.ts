import * as z from "zod/mini";

/** What a customer gives for its receiver alone. It is sealed wherever it rests. */
const ConfidentialSchema = z.object({
  /** `user:password`, as its server wants to see them. */
  basic: z.exactOptional(z.string()),
  /** What its results are signed with, in place of the secret of the application. */
  secret: z.exactOptional(z.string()),
});
export type Confidential = z.infer<typeof ConfidentialSchema>;

/** As it is sealed; undefined where there is nothing to seal. */
export function writtenConfidential({ basic, secret }: Confidential): string | undefined {
  if (basic === undefined && secret === undefined) return undefined;
  return JSON.stringify({ ...(basic !== undefined && { basic }), ...(secret !== undefined && { secret }) });
}

export function confidentialFrom(written: string): Confidential {
  return ConfidentialSchema.parse(JSON.parse(written));
}
