import { createPublicKey } from "node:crypto";
import { type CryptoKey, importSPKI } from "jose";
import { z } from "zod";
import { httpUrl } from "../definition/ncco.ts";

/** An application's settings at the carrier. */
export interface ApplicationSettings {
  /** The account whose rate limit applies. Default: its own. */
  readonly account?: string | undefined;
  /** PEM. Without one the signature of its tokens is not checked. */
  readonly publicKey?: string | undefined;
  /** For calls that name no `event_url`. */
  readonly eventUrl?: string | undefined;
  /** Asked for an NCCO when a webhook has failed to give one. */
  readonly fallbackAnswerUrl?: string | undefined;
  /** Signs its webhooks. Without one they are not signed. */
  readonly signature?: Signature | undefined;
}

/** An account's API key and its signature secret. */
export interface Signature {
  readonly apiKey: string;
  readonly secret: string;
}

const isPublicKey = (pem: string) => {
  try {
    return createPublicKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
};

/** The body of `PUT /sim/applications/{id}`. */
export const applicationSchema = z
  .strictObject({
    account: z.string().min(1).optional(),
    public_key: z.string().trim().refine(isPublicKey, "must be an RSA public key in PEM").optional(),
    event_url: httpUrl.optional(),
    fallback_answer_url: httpUrl.optional(),
    signature: z.strictObject({ api_key: z.string().min(1), secret: z.string().min(1) }).optional(),
  })
  .transform(
    ({ account, public_key, event_url, fallback_answer_url, signature }): ApplicationSettings => ({
      account,
      publicKey: public_key,
      eventUrl: event_url,
      fallbackAnswerUrl: fallback_answer_url,
      signature: signature && { apiKey: signature.api_key, secret: signature.secret },
    }),
  );

interface Application {
  readonly settings: ApplicationSettings;
  readonly key: CryptoKey | undefined;
}

/** The applications that were set up. Any other is accepted without checks. */
export class Applications {
  readonly #byId = new Map<string, Application>();

  /** @throws when the public key is none */
  async set(id: string, settings: ApplicationSettings): Promise<void> {
    const key = settings.publicKey === undefined ? undefined : await importSPKI(settings.publicKey, "RS256");
    this.#byId.set(id, { settings, key });
  }

  settings(id: string): ApplicationSettings {
    return this.#byId.get(id)?.settings ?? {};
  }

  account(id: string): string {
    return this.settings(id).account ?? id;
  }

  key(id: string): CryptoKey | undefined {
    return this.#byId.get(id)?.key;
  }
}
