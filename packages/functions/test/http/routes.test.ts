import { describe, expect, it } from "vitest";
import { json } from "../../src/http/answer.ts";
import { type HttpEvent, readHttpRequest } from "../../src/http/request.ts";
import { Routes } from "../../src/http/routes.ts";

const event = (given: Partial<HttpEvent> = {}, method = "POST"): HttpEvent => ({
  ...{ rawPath: "/call", rawQueryString: "", headers: {}, isBase64Encoded: false },
  requestContext: { domainName: "api.example", requestId: "request-1", http: { method } },
  ...given,
});

const text = (body: Uint8Array) => new TextDecoder().decode(body);

describe("a request", () => {
  it("has the address that was asked, its headers, and the gateway's id", () => {
    const asked = event(
      { rawPath: "/calls", rawQueryString: "limit=2&to=%2B44", headers: { accept: "text/csv" } },
      "GET",
    );
    const { url, ...request } = readHttpRequest(asked);
    expect(url.href).toBe("https://api.example/calls?limit=2&to=%2B44");
    expect(request).toEqual({
      ...{ method: "GET", path: "/calls", params: {}, requestId: "request-1" },
      ...{ headers: { accept: "text/csv" }, body: new Uint8Array() },
    });
  });

  it.each([
    ["text", { body: "Café", isBase64Encoded: false }, "Café"],
    ["base64", { body: Buffer.from("Café").toString("base64"), isBase64Encoded: true }, "Café"],
    ["nothing", {}, ""],
  ])("has the bytes of a body that comes as %s", (_, given, expected) => {
    expect(text(readHttpRequest(event(given)).body)).toBe(expected);
  });

  it.each(["GET", "HEAD"])("has no body where it means nothing (%s)", (method) => {
    expect(readHttpRequest(event({ body: "{}" }, method)).body).toHaveLength(0);
  });

  it.each([
    ["/call/%61bc", "/call/abc"],
    ["/call/caf%C3%A9", "/call/café"],
    ["/call/a%2Fb", "/call/a%2Fb"],
    ["/call/%C3%28", "/call/%C3%28"],
    ["/call/100%", "/call/100%"],
  ])("of %s asks for %s", (rawPath, path) => {
    expect(readHttpRequest(event({ rawPath })).path).toBe(path);
  });
});

describe("a route", () => {
  const routes = new Routes();
  routes.get("/call/:id", ({ params }) => json(params));
  routes.post("/call/:id", async () => json("replayed", { status: 202, headers: { allow: "POST" } }));
  routes.all("/call/:id", () => json("other", { status: 405 }));
  const answer = (method: string, rawPath: string) => routes.answer(readHttpRequest(event({ rawPath }, method)));
  const type = { "content-type": "application/json" };

  it("is given what stands in the path by its name", async () => {
    expect(await answer("GET", "/call/abc")).toEqual({ statusCode: 200, headers: type, body: '{"id":"abc"}' });
  });

  it("that was added first answers, and one for all methods those that are left", async () => {
    const headers = { allow: "POST", ...type };
    expect(await answer("POST", "/call/abc")).toEqual({ statusCode: 202, headers, body: '"replayed"' });
    expect(await answer("PUT", "/call/abc")).toEqual({ statusCode: 405, headers: type, body: '"other"' });
  });

  it("answers HEAD as GET, without the body", async () => {
    expect(await answer("HEAD", "/call/abc")).toEqual({ statusCode: 200, headers: type });
  });

  it.each(["/call", "/call/", "/call/abc/", "/call/abc/def", "//call/abc", "/"])("is not at %s", async (rawPath) => {
    expect(await answer("GET", rawPath)).toBeUndefined();
  });
});
