import type * as z from "zod/mini";
import { MalformedMessageError } from "../errors.ts";
import { jsonOf } from "../json.ts";

/** @throws {MalformedMessageError} which names the fields that are wrong, and none of their values */
export function parseMessage<Message>(body: string, schema: z.ZodMiniType<Message>): Message {
  const json = jsonOf(body);
  if (json === undefined) throw new MalformedMessageError("the message is not JSON");
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join(".") || "(the whole)");
  throw new MalformedMessageError(`the message has another form than expected: ${[...new Set(fields)].join(", ")}`);
}
