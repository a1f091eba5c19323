import { NOT_SET } from "@promptcall/core/contracts/optional-secret";
import { config } from "./defaults/functions.ts";
import type { OPTIONAL_SECRETS, SECRETS } from "./secrets.ts";

export const settings = new sst.Linkable("Settings", { properties: config.settings });

/**
 * Each lists keys of 32 random bytes in base64url, the current one first. One secret per purpose, so that a function
 * holds only what it needs.
 */
const secret = (name: (typeof SECRETS)[number]) => new sst.Secret(name);
export const sealKey = secret("SealKey");
export const pinKey = secret("PinKey");
export const webhookKey = secret("WebhookKey");
export const statusKey = secret("StatusKey");
export const callbackKey = secret("CallbackKey");
export const receiverKey = secret("ReceiverKey");
export const digitsKey = secret("DigitsKey");

const optionalSecret = (name: (typeof OPTIONAL_SECRETS)[number]) => new sst.Secret(name, NOT_SET);
/** SHA-256 of each key that customers may send as `x-api-key`. */
export const apiKeys = optionalSecret("ApiKeys");
/** By an account's API key, what the carrier signs its webhooks with. */
export const signatureSecrets = optionalSecret("SignatureSecrets");
