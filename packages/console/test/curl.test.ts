import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { curlOf, shortCredential } from "../src/request/curl.ts";

describe("the curl of a request", () => {
  it("is read by a shell as it is meant, whatever is said", async () => {
    const text = 'It\'s 50 % off & "more" + $HOME `id` \\ ü';
    const curl = curlOf({ url: "http://127.0.0.1:3000/call", authorization: "Bearer x.y.z", fields: [["text", text]] });
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      `curl() { for word; do printf '%s\\n' "$word"; done; }; ${curl}`,
    ]);
    expect(stdout.trimEnd().split("\n")).toEqual([
      "http://127.0.0.1:3000/call",
      "-H",
      "authorization: Bearer x.y.z",
      "--data-urlencode",
      `text=${text}`,
    ]);
  });

  it("shows three letters of a credential at each end", () => {
    expect(shortCredential("Bearer eyJhbGciOi.payload.signatureQx4")).toBe("Bearer eyJ…Qx4");
  });
});
