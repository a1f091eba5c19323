import { CallList } from "../calls/call-list.tsx";
import { Tiles } from "../calls/tiles.tsx";
import { attend, isHeld, isLoaded, setFilter, setSearch, take } from "../data/calls.ts";
import { connection } from "../data/connection.ts";
import { counts as countsNow } from "../data/live.ts";
import { Header } from "../header.tsx";
import { Badge, BatchBadge, type State } from "../ui/badge.tsx";
import { ALL, call, counts, NOW } from "./data.ts";
import { type Story, story } from "./story.ts";

const STATES: readonly State[] = [
  "queued",
  "dialing",
  "ringing",
  "answered",
  "ended",
  "ok",
  "failed",
  "error",
  "parked",
  "cancelled",
];
const drawTiles = () => <Tiles />;
const drawList = () => <CallList />;
const drawHeader = () => <Header parked={3} />;
const loaded = () => {
  isLoaded.value = true;
};
const all = () => {
  loaded();
  take(ALL);
};
const some = () => {
  countsNow.value = counts();
};
const connected = (more: Partial<typeof connection.value>) => () => {
  connection.value = { kind: "open", tries: 0, heardAt: NOW, lagMs: 0, isReset: false, ...more };
};

export const LIST_STORIES: readonly Story[] = [
  story("badge/all", () => (
    <div class="card pad legend">
      {STATES.map((state) => (
        <Badge key={state} state={state} />
      ))}
    </div>
  )),
  story("badge/of-batches", () => (
    <div class="card pad legend">
      {(["waiting", "running", "paused", "cancelled", "completed"] as const).map((state) => (
        <BatchBadge key={state} state={state} />
      ))}
    </div>
  )),
  story("tile/some", drawTiles, some),
  story("tile/none", drawTiles, () => {
    countsNow.value = counts({
      queued: 0,
      live: 0,
      done: 0,
      cancelled: 0,
      failed: 0,
      failed_pins: 0,
      errors: 0,
      parked: 0,
    });
  }),
  story("tile/many", drawTiles, () => {
    countsNow.value = counts({ queued: 12_412, parked: 10_000 });
  }),
  story("tile/filter", drawTiles, () => {
    some();
    setFilter("live");
  }),
  story("tile/loading", drawTiles, () => {
    countsNow.value = undefined;
  }),
  story("list/all", drawList, all),
  story("list/loading", drawList),
  story("list/empty", drawList, loaded),
  story("list/filtered-empty", drawList, () => {
    loaded();
    take([call(1)]);
    setFilter("failed");
  }),
  story("list/nothing-found", drawList, () => {
    all();
    setSearch("order 1");
  }),
  story("list/new", drawList, () => {
    all();
    attend({ free: false, tid: undefined });
    take([call(0), call(-1)]);
  }),
  story("list/held", drawList, () => {
    all();
    isHeld.value = true;
    take([call(0)]);
  }),
  story("list/leaving", drawList, () => {
    loaded();
    take([call(1), call(2)]);
    setFilter("queued");
    take([{ ...call(1), state: "dialing" }]);
  }),
  story("connection/live", drawHeader, connected({})),
  story("connection/behind", drawHeader, connected({ lagMs: 14_000 })),
  story("connection/reconnecting", drawHeader, connected({ kind: "lost", tries: 3 })),
  story("connection/missed", drawHeader, connected({ isReset: true })),
  story("connection/lost", drawHeader, connected({ kind: "lost", tries: 9, heardAt: NOW - 90_000 })),
  story("connection/polling", drawHeader, connected({ kind: "polling" })),
  story("connection/read-only", drawHeader, connected({ kind: "none" })),
];
