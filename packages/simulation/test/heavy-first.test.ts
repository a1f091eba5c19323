import { everyHistoryHolds, seedsFrom } from "./heavy.ts";

everyHistoryHolds({ seeds: seedsFrom(1, 14), calls: 100 });
