import { everyHistoryHolds } from "./heavy.ts";

everyHistoryHolds({ firstSeed: 1, histories: 100, calls: 100 });
