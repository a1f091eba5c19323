import { type Confidential, confidentialFrom, writtenConfidential } from "@promptcall/core/contracts/confidential";
import { namedReceiver } from "@promptcall/core/contracts/receiver";
import type { Seal } from "../ports/seal.ts";

/**
 * A receiver as it goes on record: its address in clear; a password, or a secret of its own, sealed and bound to the call
 * or batch. `written` has passed the schema.
 */
export async function sealedReceiver(
  { written, secret, id }: { written: string; secret: string | undefined; id: string },
  { receiverSeal }: { readonly receiverSeal: Pick<Seal, "seal"> },
): Promise<{ readonly url: string; readonly sealed?: string }> {
  const { url, basic } = namedReceiver(written) ?? { url: written };
  const confidential = writtenConfidential({
    ...(basic !== undefined && { basic }),
    ...(secret !== undefined && { secret }),
  });
  return confidential === undefined ? { url } : { url, sealed: await receiverSeal.seal(confidential, id) };
}

/** @throws {SealError} */
export async function openReceiver(
  { sealed, id }: { sealed: string | undefined; id: string },
  { receiverSeal }: { readonly receiverSeal: Pick<Seal, "open"> },
): Promise<Confidential> {
  return sealed === undefined ? {} : confidentialFrom(await receiverSeal.open(sealed, id));
}
