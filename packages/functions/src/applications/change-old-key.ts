import { randomBytes, randomUUID } from "node:crypto";
import { oldKeyName, sealedUnder } from "@promptcall/core/security/under-secret";
import type { OldKeys } from "../ports/old-keys.ts";
import { type ChangeApplicationPorts, tellOfKeys } from "./change-application.ts";

/** An API key of the deprecated API; without a secret it is withdrawn. */
export type OldKeyChange =
  | { readonly apiKey: string }
  | { readonly apiKey: string; readonly secret: string; readonly privateKey: string };

/** Registers or withdraws an API key of an application. False where it is another application's. */
export async function changeOldKey(
  { applicationId, oldKey }: { applicationId: string; oldKey: OldKeyChange },
  ports: ChangeApplicationPorts & { readonly oldKeys: OldKeys },
): Promise<boolean> {
  const { apiKey } = oldKey;
  const known = await ports.oldKeys.read(apiKey);
  if (known !== undefined && known.applicationId !== applicationId) return false;
  if (known === undefined && !("secret" in oldKey)) return true;
  await ports.oldKeys.write(apiKey, "secret" in oldKey ? await recordOf({ applicationId, ...oldKey }) : undefined);
  await tellOfKeys({ applicationId, by: "operator", kinds: ["api_key"], id: randomUUID() }, ports);
  return true;
}

async function recordOf(given: { applicationId: string; apiKey: string; secret: string; privateKey: string }) {
  const { applicationId, privateKey: value, secret } = given;
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const { sealed: sealedKey, ...kept } = await sealedUnder({ secret, value, salt, iv, name: oldKeyName(given) });
  return { applicationId, ...kept, sealedKey };
}
