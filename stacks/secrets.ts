/** Each has to be set before a stage is deployed for the first time: `sst secret set`. */
export const SECRETS = [
  "SealKey",
  "PinKey",
  "WebhookKey",
  "StatusKey",
  "CallbackKey",
  "ReceiverKey",
  "DigitsKey",
] as const;

/** Each does without until it is set. */
export const OPTIONAL_SECRETS = ["ApiKeys", "SignatureSecrets"] as const;
