import { createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { publicHalf } from "@promptcall/core/security/public-key";
import type { OldKeyChange } from "@promptcall/functions/applications/change-old-key";

export type { OldKeyChange };

/** As the carrier gives them out. */
const API_KEY = /^[\w-]{1,64}$/;

interface Asked {
  readonly "api-key"?: string | undefined;
  readonly "private-key"?: string | undefined;
  readonly "without-api-key"?: string | undefined;
}

/** The API key of the deprecated API that is registered or withdrawn; or, as text, what is wrong with it. */
export async function readOldKey(asked: Asked): Promise<OldKeyChange | string | undefined> {
  const { "api-key": apiKey, "private-key": file, "without-api-key": withdrawn } = asked;
  if (apiKey !== undefined && withdrawn !== undefined) return "Register an API key, or withdraw one.";
  const named = apiKey ?? withdrawn;
  if (named === undefined) return file === undefined ? undefined : "--private-key is for an --api-key.";
  if (!API_KEY.test(named)) return "An API key is letters and digits.";
  if (apiKey === undefined) return { apiKey: named };
  if (file === undefined) return "--api-key needs --private-key: the file with the private key of the application.";
  const privateKey = await readFile(file, "utf8").catch(() => undefined);
  if (privateKey === undefined) return `There is no file ${file}.`;
  if (!isPrivateKey(privateKey)) return `${file} is not an RSA private key of 2048 to 4096 bits in PEM.`;
  const secret = await secretGiven();
  if (secret === "") return "Give the secret of the API key in API_SECRET, or on the standard input.";
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
