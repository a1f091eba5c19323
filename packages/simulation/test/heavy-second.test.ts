import { everyHistoryHolds } from "./heavy.ts";

everyHistoryHolds({ firstSeed: 21, histories: 20, calls: 100 });
