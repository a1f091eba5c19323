import { confirm, isCancel, select } from "@clack/prompts";

/** Who presses Ctrl-C says no. */
export async function askWhether(message: string): Promise<boolean> {
  const answer = await confirm({ message, initialValue: false });
  return !isCancel(answer) && answer;
}

/** What to do with calls that go on while nobody watches. */
export async function askWhatNow(): Promise<"leave" | "cancel" | "watch"> {
  const answer = await select({
    message: "What should become of the calls?",
    options: [
      { value: "leave", label: "Leave them running" },
      { value: "watch", label: "Go on watching" },
      { value: "cancel", label: "Cancel those that are queued, and hang up the others" },
    ],
  } as const);
  return isCancel(answer) ? "leave" : answer;
}
