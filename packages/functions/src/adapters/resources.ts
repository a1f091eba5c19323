import type { Keys } from "@promptcall/core/keys";
import { SettingsSchema } from "@promptcall/core/settings";
import { Resource } from "sst/resource";
import * as z from "zod/mini";
import { ConfigurationError } from "../errors.ts";

/**
 * What this function is linked to, parsed. A missing link or a value of another form fails at cold start, by name.
 */
function linked<Schema extends z.ZodMiniType>(name: string, schema: Schema): z.infer<Schema> {
  if (!(name in Resource)) throw new ConfigurationError(`this function is not linked to ${name}`);
  const parsed = schema.safeParse((Resource as unknown as Record<string, unknown>)[name]);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new ConfigurationError(`the linked resource ${name} has another form than expected: ${fields}`);
}

const QueueSchema = z.object({ url: z.url() });
const SecretSchema = z.object({ value: z.string() });

export const queueUrl = (name: string) => linked(name, QueueSchema).url;
export const tableName = () => linked("Calls", z.object({ name: z.string() })).name;
export const busName = () => linked("Bus", z.object({ name: z.string() })).name;
export const webhookBaseUrl = () => linked("WebhookUrl", z.object({ url: z.url() })).url;
export const settings = () => linked("Settings", SettingsSchema);
export const stage = () => linked("App", z.object({ stage: z.string() })).stage;

/** 32 bytes in base64url. */
const KEY = /^[\w-]{43}$/;

/**
 * A secret lists its keys, apart by white space or commas, the current one first. What is wrong with one is said by its
 * place in the list, never by its value.
 */
export function keys(name: "SealKey" | "PinKey" | "WebhookKey" | "CallbackKey" | "StatusKey"): Keys {
  const written = linked(name, SecretSchema)
    .value.split(/[\s,]+/)
    .filter(Boolean);
  const [current, ...others] = written.map((text, index) => {
    if (!KEY.test(text)) throw new ConfigurationError(`key ${index + 1} of ${name} is not 32 bytes in base64url`);
    return Buffer.from(text, "base64url");
  });
  if (current === undefined) throw new ConfigurationError(`${name} lists no key`);
  const all: Keys = [current, ...others];
  for (const [index, key] of all.entries()) {
    const earlier = all.findIndex((other) => Buffer.compare(other, key) === 0);
    if (earlier < index) throw new ConfigurationError(`key ${index + 1} of ${name} is key ${earlier + 1} again`);
  }
  return all;
}
