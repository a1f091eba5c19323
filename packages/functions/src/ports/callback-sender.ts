import type { CallbackRequest } from "@promptcall/core/callbacks/callback-request";

export type CallbackAnswer = (
  | { readonly httpStatus: number; readonly retryAfterSeconds?: number }
  | { readonly failure: string }
) & {
  readonly durationMs: number;
  /** When this try began, after the first one. */
  readonly afterMs?: number;
};

export interface SendOptions {
  readonly burst: boolean;
  /** Asked once when the answer is slow: whether to wait longer. A failure means no. */
  readonly whenSlow?: (() => Promise<boolean>) | undefined;
}

export interface CallbackSender {
  /**
   * Never throws; does not follow redirects. With `burst`, a failure that may be brief is retried within a second: the
   * answer is the last one, `earlier` holds the others. A request that is given up may have been received.
   */
  send(
    request: CallbackRequest,
    options: SendOptions,
  ): Promise<(CallbackAnswer & { readonly earlier?: readonly CallbackAnswer[] }) | "given_up">;
}
