import type { Call } from "../data/types.ts";

export interface Group {
  readonly key: string;
  readonly reason: string;
  readonly receiver: string;
  readonly calls: readonly Call[];
  readonly oldest: string;
  readonly attempts: number;
}

/** `http_503` is `HTTP 503` to a reader. */
const reasonOf = ({ callback }: Call) => (callback.attempts.at(-1)?.outcome ?? "not sent").replace(/^http_/, "HTTP ");

export function groupsOf(calls: readonly Call[]): readonly Group[] {
  const groups = Map.groupBy(calls, (call) => `${reasonOf(call)} ${call.callback.receiver ?? ""}`);
  return [...groups]
    .map(([key, members]): Group => {
      const [first] = members;
      return {
        key,
        reason: first ? reasonOf(first) : "",
        receiver: first?.callback.receiver ?? "",
        calls: members,
        oldest: members.map(({ completed_at = "" }) => completed_at).sort()[0] ?? "",
        attempts: Math.max(...members.map(({ callback }) => callback.attempts.length)),
      };
    })
    .toSorted((one, other) => other.calls.length - one.calls.length);
}
