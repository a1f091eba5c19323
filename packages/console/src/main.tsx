import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/header.css";
import "./styles/buttons.css";
import "./styles/tiles.css";
import "./styles/badges.css";
import "./styles/tables.css";
import "./styles/overlays.css";
import "./styles/phone.css";
import "./styles/panels.css";
import "./styles/call.css";
import "./styles/timeline.css";
import "./styles/batches.css";
import "./styles/queues.css";
import "./styles/cards.css";
import "./styles/modes.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.tsx";
import { connection } from "./data/connection.ts";
import { readList, stream } from "./data/live.ts";
import { startPolling } from "./data/polling.ts";
import { authorization, learnLocal, local } from "./data/session.ts";
import "./theme.ts";
import { listenToKeys } from "./keys.ts";

const root = document.getElementById("app");

if (root && import.meta.env.MODE === "stories") {
  const { tellStories } = await import("./stories/stories.tsx");
  root.textContent = "";
  tellStories(root);
} else if (root) {
  root.textContent = "";
  render(<App />, root);
  listenToKeys();
  await learnLocal();
  if (local.value) {
    stream.start();
    // What other tabs and programs sent earlier; the stream tells of everything since.
    effect(() => {
      if (authorization.value !== undefined) readList().catch(() => undefined);
    });
  } else {
    connection.value = { ...connection.value, kind: "none" };
    startPolling();
  }
}
