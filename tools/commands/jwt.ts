import { createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { jwtOf } from "../system/caller.ts";

const [file, applicationId = "my-application"] = process.argv.slice(2);

if (file === undefined) {
  console.error("Say which key: npm run -s jwt -- <private key file> [<Vonage application id>]");
  process.exit(1);
}
try {
  const privateKey = createPrivateKey(await readFile(file));
  console.log(await jwtOf({ applicationId, privateKey }));
} catch (error) {
  if (!(error instanceof Error && "code" in error)) throw error;
  console.error(error.code === "ENOENT" ? `There is no file ${file}.` : `${file} is not a private key in PEM.`);
  process.exit(1);
}
