import { RefusedError } from "promptcall";

/** An id may be of a call or of a batch: they look the same. */
export async function callOrBatch<Answer>(of: {
  readonly call: () => Promise<Answer>;
  readonly batch: () => Promise<Answer>;
}): Promise<Answer> {
  try {
    return await of.call();
  } catch (error) {
    if (error instanceof RefusedError && error.code === "not_found") return await of.batch();
    throw error;
  }
}
