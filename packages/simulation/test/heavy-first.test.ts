import { everyHistoryHolds } from "./heavy.ts";

everyHistoryHolds({ firstSeed: 1, histories: 20, calls: 100 });
