import { writeFile } from "node:fs/promises";
import path from "node:path";
import { generate } from "selfsigned";

/** What proves to a client that it speaks to this machine: made for a run, and trusted by nobody else. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** With the certificate, for a process that is to trust it. */
  readonly file: string;
}

/** With a key of RSA, as AWS has: what it costs a client to check it is the same. */
export async function newCertificate(folder: string): Promise<Certificate> {
  const names = [{ name: "commonName", value: "localhost" }];
  const { private: key, cert } = await generate(names, { keyType: "rsa", keySize: 2048, algorithm: "sha256" });
  const file = path.join(folder, "certificate.pem");
  await writeFile(file, cert);
  return { key, cert, file };
}
