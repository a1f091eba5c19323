import { createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { publicHalf } from "@promptcall/core/security/public-key";
import type { OldKeyChange } from "@promptcall/functions/applications/change-old-key";
import { UsageError } from "../../packages/command/src/errors.ts";

/** As the carrier gives them out. */
const API_KEY = /^[\w-]{1,64}$/;

interface Asked {
  readonly apiKey: string | undefined;
  readonly privateKey: string | undefined;
  readonly withoutApiKey: string | undefined;
}

/** The API key of the deprecated API that is registered or withdrawn. @throws {UsageError} */
export async function readOldKey(asked: Asked): Promise<OldKeyChange | undefined> {
  const { apiKey, privateKey: file, withoutApiKey: withdrawn } = asked;
  if (apiKey !== undefined && withdrawn !== undefined) throw new UsageError("Register an API key, or withdraw one.");
  const named = apiKey ?? withdrawn;
  if (named === undefined) {
    if (file !== undefined) throw new UsageError("--private-key is for an --api-key.");
    return undefined;
  }
  if (!API_KEY.test(named)) throw new UsageError("An API key is letters and digits.");
  if (apiKey === undefined) return { apiKey: named };
  if (file === undefined)
    throw new UsageError("--api-key needs --private-key: the file with the private key of the application.");
  const privateKey = await readFile(file, "utf8").catch(() => undefined);
  if (privateKey === undefined) throw new UsageError(`There is no file ${file}.`);
  if (!isPrivateKey(privateKey)) throw new UsageError(`${file} is not an RSA private key of 2048 to 4096 bits in PEM.`);
  const secret = await secretGiven();
  if (secret === "") throw new UsageError("Give the secret of the API key in API_SECRET, or on the standard input.");
  return { apiKey, secret, privateKey };
}

function isPrivateKey(pem: string): boolean {
  try {
    return publicHalf(createPrivateKey(pem)) !== undefined;
  } catch {
    return false;
  }
}

/** Never among the arguments, which everybody on the machine can read. */
async function secretGiven(): Promise<string> {
  const { API_SECRET: given } = process.env;
  return (given ?? (process.stdin.isTTY ? "" : await text(process.stdin))).trim();
}
