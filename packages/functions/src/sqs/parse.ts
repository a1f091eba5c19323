import type * as z from "zod/mini";
import { MalformedMessageError } from "../errors.ts";

/** @throws {MalformedMessageError} which names the fields that are wrong, and none of their values */
export function parseMessage<Message>(body: string, schema: z.ZodMiniType<Message>): Message {
  const parsed = schema.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join(".") || "(the whole)");
  throw new MalformedMessageError(`the message has another form than expected: ${[...new Set(fields)].join(", ")}`);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new MalformedMessageError("the message is not JSON");
  }
}
