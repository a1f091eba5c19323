import { config } from "./defaults/functions.ts";
import type { SECRETS } from "./secrets.ts";

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
