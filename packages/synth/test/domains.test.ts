import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { stageConfig } from "../../../stacks/config.ts";
import { type Graph, resourcesOf } from "../src/graph.ts";

/** Each domain, and the handler of what it leads to. */
function domainsOf(graph: Graph): Record<string, string | undefined> {
  const mappings = resourcesOf(graph, "aws:apigatewayv2/apiMapping:ApiMapping");
  return Object.fromEntries(
    mappings.map(({ inputs: { domainName, apiId } }) => {
      const integration = resourcesOf(graph, "aws:apigatewayv2/integration:Integration").find(
        ({ inputs }) => inputs.apiId === apiId,
      );
      const fn = resourcesOf(graph, "aws:lambda/function:Function").find(
        ({ arn = "-" }) => arn === integration?.inputs.integrationUri,
      );
      return [String(domainName), graph.functions.find(({ name }) => name === fn?.parent)?.handler];
    }),
  );
}

const webhookUrlOf = (graph: Graph) =>
  resourcesOf(graph, "sst:sst:LinkRef").find(({ name }) => name === "WebhookUrlLinkRef")?.inputs.properties;

describe("production with domains", () => {
  const graph = inject("complete");

  it("answers under them, and tells the carrier of them", () => {
    expect(domainsOf(graph)).toEqual({
      "api.example.com": "packages/functions/src/api/lambda.handler",
      "webhooks.example.com": "packages/functions/src/webhooks/lambda.handler",
    });
    expect(webhookUrlOf(graph)).toEqual({ url: "https://webhooks.example.com" });
    expect(graph.outputs).toMatchObject({ api: "https://api.example.com", webhooks: "https://webhooks.example.com" });
  });

  it("still answers calls that were dialed before it had them", () => {
    const urls = (of: Graph) => resourcesOf(of, "aws:lambda/functionUrl:FunctionUrl").map(({ urn }) => urn);
    expect(urls(graph)).toEqual(urls(inject("production")));
  });

  it("keeps them: a deployment without their variables is refused", () => {
    const names = resourcesOf(graph, "aws:apigatewayv2/domainName:DomainName");
    expect(names.map((domain) => domain.protected)).toEqual([true, true]);
  });
});

describe("a stage", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("has no domain, and no gateway before its webhooks, unless it is configured", () => {
    expect(domainsOf(inject("production"))).toEqual({});
    expect(resourcesOf(inject("production"), "sst:aws:ApiGatewayV2").map(({ name }) => name)).toEqual(["Api"]);
  });

  it.each([
    ["API_DOMAIN", "https://api.example.com", 'must be a domain, as "api.example.com"'],
    ["WEBHOOKS_DOMAIN", "webhooks", 'must be a domain, as "webhooks.example.com"'],
  ])("with a wrong %s (%s) is refused", (name, value, says) => {
    vi.stubEnv(name, value);
    expect(() => stageConfig("staging")).toThrow(`${name} ${says}`);
  });

  it.each(["API_DOMAIN", "WEBHOOKS_DOMAIN"])("on one machine takes no %s", (name) => {
    vi.stubEnv(name, "api.example.com");
    expect(() => stageConfig("local")).toThrow(`${name} is for deployments`);
  });
});
