import { everyHistoryHolds } from "./heavy.ts";

everyHistoryHolds({ firstSeed: 101, histories: 100, calls: 100 });
