import { placeOf } from "@promptcall/core/call/application-list";
import type { Batches } from "../../ports/batches.ts";

/** The places of these batches, where they are the application's and their calls are asked for. */
export async function placesOfBatches(
  { ids, applicationId, before }: { ids: ReadonlySet<string>; applicationId: string; before: string },
  { batches }: { readonly batches: Pick<Batches, "find"> },
): Promise<readonly string[]> {
  const found = await Promise.all([...ids].map((id) => batches.find(id)));
  return found.flatMap((batch) => {
    if (batch?.applicationId.toLowerCase() !== applicationId.toLowerCase()) return [];
    const place = placeOf(batch);
    return place < before ? [place] : [];
  });
}
