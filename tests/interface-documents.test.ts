import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DiagnosticSeverity, Parser } from "@asyncapi/parser";
import { type RulesetDefinition, Spectral } from "@stoplight/spectral-core";
import { oas } from "@stoplight/spectral-rulesets";
import { describe, expect, it } from "vitest";

const pathOf = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const OPENAPI = pathOf("packages/functions/src/api/openapi/openapi.json");
const ASYNCAPI = pathOf("docs/events/asyncapi.json");

interface Finding {
  readonly code: string | number;
  readonly path: readonly (string | number)[];
  readonly message: string;
}
const written = ({ code, path, message }: Finding) => `${code} at ${path.join(".")}: ${message}`;

describe("the OpenAPI document", () => {
  async function findings(change: (text: string) => string = (text) => text) {
    const linter = new Spectral();
    // Its own types do not agree on this where an optional property may not be `undefined`.
    linter.setRuleset({ extends: [[oas as unknown as RulesetDefinition, "recommended"]] });
    return (await linter.run(JSON.parse(change(await readFile(OPENAPI, "utf8"))))).map(written);
  }

  it("keeps every recommended rule of Spectral", async () => {
    expect(await findings()).toEqual([]);
  });

  it("is found wrong where two operations have one name, or a schema is missing", async () => {
    expect(await findings((text) => text.replace('"getBatch"', '"getCall"'))).toEqual([
      expect.stringContaining("operation-operationId-unique"),
    ]);
    expect(
      await findings((text) => text.replace("#/components/schemas/RejectedRow", "#/components/schemas/X")),
    ).toEqual([expect.stringContaining("invalid-ref")]);
  });
});

describe("the AsyncAPI document", () => {
  async function findings(change: (text: string) => string = (text) => text) {
    const { document, diagnostics } = await new Parser().parse(change(await readFile(ASYNCAPI, "utf8")), {
      source: ASYNCAPI,
    });
    // Below a warning there is news, such as that AsyncAPI has a later version.
    const found = diagnostics.filter(({ severity }) => severity <= DiagnosticSeverity.Warning).map(written);
    return { messages: document?.allMessages().length, found };
  }

  it("is taken by the AsyncAPI parser, with a message for each type of event and nothing to complain of", async () => {
    const { components }: { components: { messages: object } } = JSON.parse(await readFile(ASYNCAPI, "utf8"));
    expect(await findings()).toEqual({ messages: Object.keys(components.messages).length, found: [] });
  });

  it("is found wrong where the schema of an event is missing", async () => {
    const { found } = await findings((text) => text.replace("./call.dialed.schema.json", "./x.schema.json"));
    expect(found).toEqual([expect.stringContaining("invalid-ref")]);
  });
});
