import { everyHistoryHolds, seedsFrom } from "./heavy.ts";

// A report among the dead letters is rare: the last of these has one.
everyHistoryHolds({ seeds: seedsFrom(21, 14), calls: 100 });
