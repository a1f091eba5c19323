import { render } from "preact";
import { nowMs } from "../data/clock.ts";
import { connection } from "../data/connection.ts";
import { local } from "../data/session.ts";
import { NOW } from "./data.ts";
import { LIST_STORIES } from "./list-stories.tsx";
import { PHONE_STORIES } from "./phone-stories.tsx";
import { SCREEN_STORIES } from "./screen-stories.tsx";

const STORIES = [...PHONE_STORIES, ...LIST_STORIES, ...SCREEN_STORIES];

/** Draws the story that the address names, or the list of them. */
export function tellStory(root: Element): void {
  const name = new URLSearchParams(location.search).get("story");
  const told = STORIES.find((story) => story.name === name);
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
  told?.set?.();
  render(
    <main id="main">
      <h1>{told?.name ?? "Stories"}</h1>
      {told ? told.draw() : <StoryList />}
    </main>,
    root,
  );
}

function StoryList() {
  return (
    <ul>
      {STORIES.map(({ name }) => (
        <li key={name}>
          <a href={`/?story=${name}`} target="_self">
            {name}
          </a>
        </li>
      ))}
    </ul>
  );
}
