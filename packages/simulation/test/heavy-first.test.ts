import { everyHistoryHolds } from "./heavy.ts";

everyHistoryHolds({ firstSeed: 1, histories: 60, calls: 100 });
