import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { DEFAULT_REGION } from "../../stacks/config.ts";
import type { Fault } from "./fault.ts";

/** How many functions an account runs at once in a region, and how many of these no function has reserved. */
export interface Concurrency {
  readonly allowed: number;
  readonly unreserved: number;
}

interface Account {
  readonly id?: string;
  readonly concurrency?: Concurrency;
  readonly faults: readonly Fault[];
}

const CLIENT_TIMEOUTS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/** Whose credentials these are, and what the account allows. SST finds credentials in the same places as this SDK. */
export async function accountIn(region: string): Promise<Account> {
  try {
    const { Account: id = "" } = await new STSClient({ region, ...CLIENT_TIMEOUTS }).send(
      new GetCallerIdentityCommand(),
    );
    return { id, ...(await limitsIn(region)) };
  } catch (error) {
    return { faults: [credentialFault({ error, region })] };
  }
}

async function limitsIn(region: string): Promise<Pick<Account, "concurrency" | "faults">> {
  try {
    const { AccountLimit } = await new LambdaClient({ region, ...CLIENT_TIMEOUTS }).send(
      new GetAccountSettingsCommand(),
    );
    const { ConcurrentExecutions: allowed = 0, UnreservedConcurrentExecutions: unreserved = allowed } =
      AccountLimit ?? {};
    return { concurrency: { allowed, unreserved }, faults: [] };
  } catch (error) {
    if (!nameOf(error).startsWith("AccessDenied")) throw error;
    const says = "do not allow lambda:GetAccountSettings, which tells how many functions run at once";
    const mend = "Allow it; or run npx sst, which looks at nothing first";
    return { faults: [{ name: "AWS credentials", says, mend }] };
  }
}

function credentialFault({ error, region }: { error: unknown; region: string }): Fault {
  const name = "AWS credentials";
  const profile = process.env.AWS_PROFILE ?? "<profile>";
  const errorName = nameOf(error);
  switch (errorName) {
    case "CredentialsProviderError":
    case "TokenProviderError":
      return {
        name,
        says: `are not to be had: ${firstLine(error)}`,
        mend: `Set AWS_PROFILE to a profile of yours (aws configure sso makes one); aws sso login --profile ${profile} where its session is over`,
      };
    case "ExpiredToken":
    case "ExpiredTokenException":
      return { name, says: "have expired", mend: `aws sso login --profile ${profile}, or where else they come from` };
    case "InvalidClientTokenId":
    case "UnrecognizedClientException":
    case "SignatureDoesNotMatch":
    case "InvalidSignatureException":
      return {
        name,
        says: `are not known in ${region} (${errorName})`,
        mend: "Look at them with aws sts get-caller-identity; a region that is off by default has to be enabled in the account first",
      };
    default:
      return {
        name: `AWS in ${region}`,
        says: `did not answer (${errorName}: ${firstLine(error)})`,
        mend: "Is there such a region (AWS_REGION), and a way to it from here?",
      };
  }
}

/** Where nothing says in which region a stage is to live, it goes to one of its own, whatever the profile says. */
export async function regionFaults(): Promise<Fault[]> {
  if (process.env.AWS_REGION !== undefined) return [];
  const region = process.env.AWS_DEFAULT_REGION ?? (await new STSClient().config.region().catch(() => DEFAULT_REGION));
  if (region === DEFAULT_REGION) return [];
  const says = `is not set: the stage would go to ${DEFAULT_REGION}, and your profile is for ${region}`;
  return [{ name: "AWS_REGION", says, mend: `Set it, to ${region} or to ${DEFAULT_REGION}` }];
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return error.name === "Error" && typeof code === "string" ? code : error.name;
}

const firstLine = (error: unknown) => (error instanceof Error ? error.message : String(error)).split("\n")[0];
