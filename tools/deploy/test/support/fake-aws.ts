import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What a test decides of the account; a refusal is the code of AWS's error. */
export interface FakeAccount {
  concurrency?: { allowed: number; unreserved: number };
  identityRefused?: string;
  limitsRefused?: string;
}

/** As SST left it in an account that it has deployed to. https://github.com/anomalyco/sst/blob/dev/pkg/project/provider/aws.go */
const BOOTSTRAP = { version: 6, asset: "assets", state: "state", assetEcrRegistryId: "1", assetEcrUrl: "registry" };

/**
 * As much of STS, Lambda, SSM and S3 as a deployment asks before it creates anything. Both the SDK and SST go to it by
 * `AWS_ENDPOINT_URL`, which `environment` has.
 */
export async function startFakeAws(account: FakeAccount = {}) {
  const { concurrency = { allowed: 1_000, unreserved: 1_000 } } = account;
  const parameters = new Map([["/sst/bootstrap", JSON.stringify(BOOTSTRAP)]]);
  const objects = new Map<string, Buffer>();
  const askedBy = new Set<string>();

  const refuse = (response: ServerResponse, code: string) => {
    response.writeHead(400, { "content-type": "application/json", "x-amzn-errortype": code });
    response.end(JSON.stringify({ __type: code, message: "refused by the test" }));
  };
  const refuseInXml = (response: ServerResponse, { status, code }: { status: number; code: string }) => {
    response.writeHead(status, { "content-type": "text/xml" });
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>refused by the test</Message></Error>`;
    response.end(status === 404 ? error : `<ErrorResponse>${error}</ErrorResponse>`);
  };

  function answerSsm({ target, body, response }: { target: string; body: string; response: ServerResponse }): void {
    const { Name, Value } = JSON.parse(body) as { Name: string; Value: string };
    if (target === "AmazonSSM.PutParameter") parameters.set(Name, Value);
    const kept = parameters.get(Name);
    if (kept === undefined) refuse(response, "ParameterNotFound");
    else response.end(JSON.stringify({ Parameter: { Name, Value: kept } }));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { pathname } = new URL(request.url ?? "", "http://aws");
    const [, accessKey, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "") ?? [];
    askedBy.add(`${accessKey} in ${region}`);
    const target = String(request.headers["x-amz-target"] ?? "");
    if (target.startsWith("AmazonSSM.")) return answerSsm({ target, body: body.toString(), response });
    if (body.toString().includes("Action=GetCallerIdentity")) {
      if (account.identityRefused) return refuseInXml(response, { status: 403, code: account.identityRefused });
      response.setHeader("content-type", "text/xml");
      const result = "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/anna</Arn>";
      const inner = `<GetCallerIdentityResult>${result}</GetCallerIdentityResult>`;
      response.end(`<GetCallerIdentityResponse>${inner}</GetCallerIdentityResponse>`);
      return;
    }
    if (pathname === "/2016-08-19/account-settings") {
      if (account.limitsRefused) return refuse(response, account.limitsRefused);
      const { allowed: ConcurrentExecutions, unreserved: UnreservedConcurrentExecutions } = concurrency;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ AccountLimit: { ConcurrentExecutions, UnreservedConcurrentExecutions } }));
      return;
    }
    if (request.method === "PUT") objects.set(pathname, body);
    const object = objects.get(pathname);
    if (object === undefined && request.method === "GET")
      return refuseInXml(response, { status: 404, code: "NoSuchKey" });
    response.end(request.method === "GET" ? object : undefined);
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    /** Whose access key, and in which region. */
    askedBy: askedBy as ReadonlySet<string>,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
