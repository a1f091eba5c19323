import { render } from "preact";
import { batches } from "../batches/batch-list.ts";
import { check } from "../batches/check.ts";
import { attend, forgetAll, isHeld, isLoaded, setFilter, setSearch } from "../data/calls.ts";
import { nowMs } from "../data/clock.ts";
import { connection } from "../data/connection.ts";
import { counts, failingReceivers, inbox, phone, texts } from "../data/live.ts";
import { local } from "../data/session.ts";
import { request } from "../phone/placed.ts";
import { NOW } from "./data.ts";
import { LIST_STORIES } from "./list-stories.tsx";
import { PHONE_STORIES } from "./phone-stories.tsx";
import { SCREEN_STORIES } from "./screen-stories.tsx";
import type { Story } from "./story.ts";

const STORIES = [...PHONE_STORIES, ...LIST_STORIES, ...SCREEN_STORIES];

/** Draws the story that the address names, or the list of them; another one without loading the page again. */
export function tellStories(root: Element): void {
  const tell = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const told = STORIES.find((story) => story.name === name);
    // First what the one before has drawn: nothing of it sees the next one's data.
    render(null, root);
    begin();
    told?.set?.();
    render(<Told story={told} />, root);
  };
  addEventListener("hashchange", tell);
  tell();
}

/** What each story begins from, whatever the one before has set. */
function begin(): void {
  local.value = {
    carrier: "simulated",
    authorization: "Bearer eyJhbGciOi.eyJhcHBsaWNhdGlvbl9pZCI.signatureQx4",
    from: "447700900999",
    phone: "447700900011",
    callback: "http://127.0.0.1:3000/_local/inbox",
    speed: 1,
  };
  nowMs.value = NOW;
  connection.value = { kind: "open", tries: 0, heardAt: NOW, lagMs: 0, isReset: false };
  forgetAll();
  isLoaded.value = false;
  isHeld.value = false;
  attend({ free: true, tid: undefined });
  setFilter(undefined);
  setSearch("");
  counts.value = undefined;
  phone.value = undefined;
  texts.value = new Map();
  inbox.value = [];
  failingReceivers.value = new Map();
  request.value = { kind: "none" };
  check.value = { kind: "none" };
  batches.value = undefined;
}

function Told({ story }: { readonly story: Story | undefined }) {
  return (
    <main id="main">
      <h1>{story?.name ?? "Stories"}</h1>
      {story ? story.draw() : <StoryList />}
    </main>
  );
}

function StoryList() {
  return (
    <ul>
      {STORIES.map(({ name }) => (
        <li key={name}>
          <a href={`#${name}`} target="_self">
            {name}
          </a>
        </li>
      ))}
    </ul>
  );
}
