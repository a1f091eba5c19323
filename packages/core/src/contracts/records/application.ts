import * as z from "zod/mini";
import { ApplicationGuardSchema } from "../guard.ts";
import { given, type RecordOf, someText, someWhole, text, yesOrNo } from "./fields.ts";

const PublicKeySchema = z.object({
  /** SPKI. */
  pem: text,
  /**
   * Nobody has registered it: the carrier took a credential that was signed with its private half. It spares the question,
   * and it refuses nobody: an application that has changed its key at the carrier is asked about again.
   */
  learned: given(yesOrNo),
  /** The application has registered it itself. Whoever had one of its JWTs may have, so it can be set anew by the carrier's word. */
  own: given(yesOrNo),
});
export type PublicKey = RecordOf<typeof PublicKeySchema>;

/** What is known of an application: what an operator has set, and what it has set itself. */
export const ApplicationRecordSchema = z.object({
  /** Whose pace it shares: the carrier's limit is per account. */
  account: someText,
  /** Its credentials are judged by these, the oldest first. */
  publicKeys: given(z.array(PublicKeySchema)),
  /** The hosts that its callbacks may go to; any when there are none. */
  callbackHosts: given(z.array(text)),
  /** Numbers that it does not call, as digits of E.164. */
  doNotCall: given(z.array(text)),
  /** Counts the writes, so that none is lost to another. */
  revision: someWhole,
  /** What its calls may cost, where that is not as for the whole stage. */
  guard: given(ApplicationGuardSchema),
});
export type ApplicationRecord = RecordOf<typeof ApplicationRecordSchema>;
