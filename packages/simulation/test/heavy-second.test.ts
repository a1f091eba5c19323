import { everyHistoryHolds } from "./heavy.ts";

everyHistoryHolds({ firstSeed: 61, histories: 60, calls: 100 });
