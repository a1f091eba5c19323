import { effect } from "@preact/signals";
import { BatchScreen } from "./batches/batch-screen.tsx";
import { BatchesScreen } from "./batches/batches-screen.tsx";
import { CallScreen } from "./call/call-screen.tsx";
import { CallsScreen } from "./calls/calls-screen.tsx";
import { counts, phone } from "./data/live.ts";
import { route } from "./data/route.ts";
import { Header } from "./header.tsx";
import { QueuesScreen } from "./queues/queues-screen.tsx";
import { Dialog } from "./ui/dialog.tsx";
import { Toasts } from "./ui/toast.tsx";

function Screen() {
  const at = route.value;
  switch (at.screen) {
    case "calls":
      return <CallsScreen />;
    case "call":
      return <CallScreen key={at.tid} tid={at.tid} />;
    case "batches":
      return <BatchesScreen />;
    case "batch":
      return <BatchScreen key={at.id} id={at.id} />;
    case "queues":
      return <QueuesScreen />;
    case "nowhere":
      return (
        <>
          <h1 tabIndex={-1}>There is nothing here</h1>
          <p class="muted">
            <a href="/">All calls</a>
          </p>
        </>
      );
    default:
      return at satisfies never;
  }
}

const TITLES = {
  calls: "Calls",
  call: "Call",
  batches: "Batches",
  batch: "Batch",
  queues: "Queues",
  nowhere: "Nothing",
};

effect(() => {
  const name = phone.value?.state === "ringing" ? "☎ Ringing" : TITLES[route.value.screen];
  document.title = `${name} · Promptcall`;
});

const favicon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
const END = "%3C/svg%3E";
const plain = favicon?.href ?? "";
const dotted = plain.replace(END, `%3Ccircle cx='15' cy='5' r='5' fill='%23d92d20' stroke='%23fff'/%3E${END}`);

effect(() => {
  if (favicon) favicon.href = phone.value?.state === "ringing" ? dotted : plain;
});

export function App() {
  return (
    <>
      <a class="skip btn" href="#main">
        Skip to the content
      </a>
      <Header parked={counts.value?.parked ?? 0} />
      <main id="main">
        <Screen />
      </main>
      <Dialog />
      <Toasts />
    </>
  );
}
