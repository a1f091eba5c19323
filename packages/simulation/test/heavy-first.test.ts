import { everyHistoryHolds } from "./heavy.ts";

everyHistoryHolds({ firstSeed: 53 });
