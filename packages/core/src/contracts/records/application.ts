import * as z from "zod/mini";
import { ApplicationGuardSchema } from "../guard.ts";
import { given, type RecordOf } from "./fields.ts";

const PublicKeySchema = z.object({
  /** SPKI. */
  pem: z.string(),
  /**
   * Nobody has registered it: the carrier took a credential that was signed with its private half. It spares the question,
   * and it refuses nobody: an application that has changed its key at the carrier is asked about again.
   */
  learned: given(z.boolean()),
  /** The application has registered it itself. Whoever had one of its JWTs may have, so it can be set anew by the carrier's word. */
  own: given(z.boolean()),
});
export type PublicKey = RecordOf<typeof PublicKeySchema>;

/** What is known of an application: what an operator has set, and what it has set itself. */
export const ApplicationRecordSchema = z.object({
  /** Whose pace it shares: the carrier's limit is per account. */
  account: given(z.string()),
  /** Its credentials are judged by these, the oldest first. */
  publicKeys: given(z.array(PublicKeySchema)),
  /** The hosts that its callbacks may go to; any when there are none. */
  callbackHosts: given(z.array(z.string())),
  /** Numbers that it does not call, as digits of E.164. */
  doNotCall: given(z.array(z.string())),
  /** Counts the writes, so that none is lost to another. */
  revision: given(z.int()),
  /** What its calls may cost, where that is not as for the whole stage. */
  guard: given(ApplicationGuardSchema),
});
export type ApplicationRecord = RecordOf<typeof ApplicationRecordSchema>;
