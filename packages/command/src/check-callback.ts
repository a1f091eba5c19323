import { randomBytes } from "node:crypto";
import { Promptcall, PromptcallError, type PromptcallOptions } from "promptcall";
import { Webhook } from "standardwebhooks";

/** What was looked at, and what was found, or what to do. */
export interface Check {
  readonly check: string;
  readonly is_right: boolean;
  readonly finding: string;
}

const LONGEST_SECONDS = 10;

/** Whether the service would deliver to an address: it is asked about a call that nobody places. */
export async function checkAllowed(callback: string, connection: PromptcallOptions): Promise<Check[]> {
  const check = "callback";
  // Numbers that are set aside for films: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
  const row = { to: "447700900000", from: "447700900001", text: "A test.", ask: "say", callback };
  try {
    const { rejected } = await new Promptcall({ ...connection, retries: 0 }).batches.check([row]);
    const wrong = rejected.flatMap(({ errors }) => errors).find(({ field }) => field === "callback");
    if (wrong === undefined) return [{ check, is_right: true, finding: `the service would deliver to ${callback}` }];
    return [
      {
        check,
        is_right: false,
        finding: `the service would not deliver there: it ${wrong.wrong}; expected: ${wrong.expected}`,
      },
    ];
  } catch (error) {
    if (!(error instanceof PromptcallError)) throw error;
    return [{ check, is_right: false, finding: `the service was not to be asked about it: ${error.message}` }];
  }
}

/** Whether a receiver tells what is genuine from what is not: it is sent a delivery of each kind, neither of them a result. */
export async function checkReceiver(given: {
  callback: string;
  secret: string | undefined;
  signal: AbortSignal;
}): Promise<Check[]> {
  const { callback, secret, signal } = given;
  const check = "receiver";
  const stranger = `whsec_${randomBytes(32).toString("base64")}`;
  try {
    const forged = await statusOf({ callback, secret: stranger, signal });
    const genuine = secret === undefined ? undefined : await statusOf({ callback, secret, signal });
    return [{ check, ...judged({ forged, genuine }) }];
  } catch {
    signal.throwIfAborted();
    return [{ check, is_right: false, finding: `${callback} could not be reached from here` }];
  }
}

const isTaken = (status: number) => status >= 200 && status < 300;

function judged({ forged, genuine }: { forged: number; genuine: number | undefined }): Omit<Check, "check"> {
  if (isTaken(forged))
    return { is_right: false, finding: `answers ${forged} to a delivery that is not genuine: verify its signature` };
  if (genuine === undefined)
    return {
      is_right: true,
      finding: `answers ${forged} to a delivery that is not genuine; with PROMPTCALL_CALLBACK_SECRET it is sent one that is, too`,
    };
  if (genuine === forged)
    return {
      is_right: false,
      finding: `answers ${forged} also to a test that is signed with PROMPTCALL_CALLBACK_SECRET: does it have the same secret?`,
    };
  return {
    is_right: true,
    finding: `answers ${forged} to a delivery that is not genuine, and ${genuine} to a test that is signed with the secret`,
  };
}

/** How a receiver answers a test that is signed as results are. */
async function statusOf(given: { callback: string; secret: string; signal: AbortSignal }): Promise<number> {
  const { callback, secret, signal } = given;
  const [id, at] = [`test_${crypto.randomUUID()}`, new Date()];
  const body = JSON.stringify({ type: "test", data: {} });
  const response = await fetch(callback, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": new Webhook(secret).sign(id, at, body),
    },
    body,
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_SECONDS * 1_000)]),
  });
  await response.body?.cancel();
  return response.status;
}
