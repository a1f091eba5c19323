import { authorization, isLearned, lackingCredential, learnLocal, local } from "./session.ts";

export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly { readonly field: string; readonly wrong: string; readonly expected: string }[];
  readonly requestId: string | undefined;
  readonly retryAfter: string | undefined;
  readonly more: Readonly<Record<string, unknown>>;
}

/** An answer that is not the one that was hoped for. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

interface Asked {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  /** Without the credential. */
  readonly anonymous?: boolean;
}

/** @throws {ProblemError} for any other status than 2xx, and where nothing answers */
export async function ask(asked: Asked): Promise<Response> {
  await isLearned;
  const response = await sent(asked);
  // The local run's credential lasts for some minutes: a new one is to be had.
  if (response.status !== 401 || local.value?.authorization === undefined) return await checked(response);
  await learnLocal();
  return await checked(await sent(asked));
}

export async function askJson<T>(asked: Asked): Promise<T> {
  return (await (await ask(asked)).json()) as T;
}

async function sent({ method = "GET", path, body, headers, anonymous }: Asked): Promise<Response> {
  const credential = anonymous ? undefined : authorization.value;
  try {
    return await fetch(path, {
      method,
      ...(body !== undefined && { body }),
      headers: {
        accept: "application/json",
        ...(credential !== undefined && { authorization: credential }),
        ...headers,
      },
    });
  } catch {
    throw new ProblemError({ ...NO_CONNECTION });
  }
}

const NO_CONNECTION: Problem = {
  status: 0,
  title: "No connection",
  detail: "No connection.",
  errors: [],
  requestId: undefined,
  retryAfter: undefined,
  more: {},
};

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as Partial<Problem>;
  throw new ProblemError({
    status: response.status,
    title: body.title ?? response.statusText,
    detail: body.detail ?? body.title ?? response.statusText,
    errors: body.errors ?? [],
    requestId: response.headers.get("x-request-id") ?? undefined,
    retryAfter: response.headers.get("retry-after") ?? undefined,
    more: { ...body },
  });
}

/** What is said of a failure, and what comes next. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ProblemError)) return `Something went wrong here: ${String(error)}`;
  const { status, title, detail, requestId, retryAfter } = error.problem;
  if (status === 0) return "No connection.";
  if (status === 401) return lackingCredential.peek() ?? `The credential was refused: ${detail}`;
  if (status === 403) return `Not allowed: ${detail}`;
  if (status === 404) return "There is nothing at this address, or it is older than 30 days.";
  if (status === 429 && retryAfter !== undefined) return `${detail} Possible again in ${retryAfter} s.`;
  if (status === 503) return `Promptcall did not answer (503). ${detail}`;
  if (status < 500) return detail;
  return `Something went wrong here: ${title}. Request ${requestId ?? "unknown"}.`;
}
