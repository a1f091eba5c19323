import { z } from "zod";
import { summarySchema } from "./webhooks.ts";

const uuid = z.string().min(1);
const conversationUuid = z.string().startsWith("CON-");
const phone = z.strictObject({ type: z.literal("phone"), number: z.string() });

/** The body of 201. */
export const placedSchema = z.strictObject({
  uuid,
  status: z.literal("started"),
  direction: z.literal("outbound"),
  conversation_uuid: conversationUuid,
});

/** The body of `GET /v1/calls/{uuid}`: what a call cost is there once it is over. */
export const callDetailSchema = summarySchema.partial().extend({
  _links: z.strictObject({ self: z.strictObject({ href: z.string().startsWith("/v1/calls/") }) }),
  uuid,
  conversation_uuid: conversationUuid,
  to: phone,
  from: phone,
  status: z.enum([
    "started",
    "ringing",
    "answered",
    "machine",
    "busy",
    "cancelled",
    "failed",
    "rejected",
    "timeout",
    "unanswered",
    "completed",
  ]),
  direction: z.literal("outbound"),
});
export type CallDetail = z.infer<typeof callDetailSchema>;
