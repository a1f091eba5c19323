import { NOT_SET } from "@promptcall/core/contracts/optional-secret";
import { BreakerSettings } from "@promptcall/core/contracts/settings/breaker";
import { type ApiKeyHashes, parseApiKeyHashes } from "@promptcall/core/security/api-key";
import type { Keys } from "@promptcall/core/security/keys";
import { parseKeys } from "@promptcall/core/security/parse-keys";
import { parseSignatureSecrets, type SignatureSecrets } from "@promptcall/core/security/webhook-signature";
import { Resource } from "sst/resource";
import * as z from "zod/mini";
import { ConfigurationError } from "../errors.ts";

/** A resource this function is linked to, parsed. A missing or malformed link fails at cold start and is named. */
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
/** A function has one link to the table, for its own use of it (`stacks/links.ts`). */
const TABLE_LINKS = ["Calls", "CallsRead", "CallsFold", "CallsDeliver"];
export const tableName = () =>
  linked(TABLE_LINKS.find((name) => name in Resource) ?? "Calls", z.object({ name: z.string() })).name;
export const busName = () => linked("Bus", z.object({ name: z.string() })).name;
/** The parts to look at, whether they answer. */
export const health = () =>
  linked(
    "Health",
    z.object({
      bus: z.string(),
      dial: z.url(),
      state: z.url(),
      timers: z.url(),
      callbacks: z.url(),
      callbackRetries: z.url(),
    }),
  );
export const webhookBaseUrl = () => linked("WebhookUrl", z.object({ url: z.url() })).url;
/** The settings that are named, and no others: each schema takes time at a start. */
export const settings = <Shape extends Readonly<Record<string, z.ZodMiniType>>>(named: Shape) =>
  linked("Settings", z.object(named));
export const breakerPolicy = () => settings({ guard: z.object({ breaker: BreakerSettings }) }).guard.breaker;
export const stage = () => linked("App", z.object({ stage: z.string() })).stage;

export function keys(
  name: "SealKey" | "PinKey" | "WebhookKey" | "CallbackKey" | "StatusKey" | "ReceiverKey" | "DigitsKey",
): Keys {
  const keys = parseKeys({ secret: name, written: linked(name, SecretSchema).value });
  if ("wrong" in keys) throw new ConfigurationError(keys.wrong);
  return keys;
}

/** The optional secret's list; empty text where the secret is not set. */
const optional = (name: "ApiKeys" | "SignatureSecrets") => {
  const { value } = linked(name, SecretSchema);
  return value.trim() === NOT_SET ? "" : value;
};

export function apiKeyHashes(): ApiKeyHashes {
  const hashes = parseApiKeyHashes(optional("ApiKeys"));
  if ("wrong" in hashes) throw new ConfigurationError(`ApiKeys: ${hashes.wrong}`);
  return hashes;
}

export function signatureSecrets(): SignatureSecrets {
  const secrets = parseSignatureSecrets(optional("SignatureSecrets"));
  if ("wrong" in secrets) throw new ConfigurationError(`SignatureSecrets: ${secrets.wrong}`);
  return secrets;
}
