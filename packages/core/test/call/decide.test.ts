import { describe, it } from "vitest";
import { at, dialing, digits, given, line, queued, report, run } from "./given.ts";

const uuid = "63f61863-4a51-4f6b-86e1-46edebcf9356";

describe("a queued call", () => {
  it("may be claimed by the first dialer that asks", () => {
    given(queued())
      .when({ type: "start_dial", token: "claim-1", at: at(1) })
      .gives([{ type: "dial_started", token: "claim-1", at: at(1) }]);
  });

  it("is completed as not dialed when its message is given up", () => {
    given(queued())
      .when({ type: "give_up", id: "dead", at: at(9) })
      .gives([{ type: "completed", by: "dead", at: at(9), outcome: { status: "error", reason: "dial_refused" } }]);
  });

  it("is not closed by the deadline of an earlier dial", () => {
    given(queued())
      .when({ type: "close_overdue", id: "deadline", at: at(9), token: "claim-1" })
      .gives({ refused: "superseded" });
  });

  it("may not be dialed once its leg was reported", () => {
    given(run(queued(), report(2, line("ringing"))))
      .when({ type: "start_dial", token: "claim-2", at: at(3) })
      .gives({ refused: "already_claimed" });
  });
});

describe("a dialing call", () => {
  it("may be dialed by nobody but the holder of its claim", () => {
    given(dialing())
      .when({ type: "start_dial", token: "claim-2", at: at(2) })
      .gives({ refused: "already_claimed" });
  });

  it("is released by the holder of its claim", () => {
    given(dialing())
      .when({ type: "release_dial", token: "claim-1" })
      .gives([{ type: "dial_released" }]);
  });

  it("is not released by anybody else", () => {
    given(dialing()).when({ type: "release_dial", token: "claim-2" }).gives({ refused: "not_claimed" });
  });

  it("is not released once the carrier is known to have it", () => {
    given(run(dialing(), report(2, { type: "dialed", uuid })))
      .when({ type: "release_dial", token: "claim-1" })
      .gives({ refused: "not_claimed" });
  });

  it("is completed with the reason why the carrier refused to dial", () => {
    const refusal = { type: "dial_failed", reason: "invalid_number" } as const;
    given(dialing())
      .when(report(2, refusal))
      .gives([
        { type: "reported", at: at(2), report: refusal },
        { type: "completed", by: "event-2", at: at(2), outcome: { status: "error", reason: "invalid_number" } },
      ]);
  });

  it("is not completed by a refusal that a report of its leg contradicts", () => {
    const refusal = { type: "dial_failed", reason: "dial_refused" } as const;
    given(run(dialing(), report(2, { type: "dialed", uuid })))
      .when(report(3, refusal))
      .gives([{ type: "reported", at: at(3), report: refusal }]);
  });

  it("is closed as dial_unknown when nothing was ever reported", () => {
    given(dialing())
      .when({ type: "close_overdue", id: "deadline", at: at(30), token: "claim-1" })
      .gives([{ type: "completed", by: "deadline", at: at(30), outcome: { status: "error", reason: "dial_unknown" } }]);
  });

  it("is closed as no_completion when its end was never reported", () => {
    given(run(dialing(), report(2, { type: "dialed", uuid })))
      .when({ type: "close_overdue", id: "deadline", at: at(30), token: "claim-1" })
      .gives([
        { type: "completed", by: "deadline", at: at(30), outcome: { status: "error", reason: "no_completion" } },
      ]);
  });

  it("is closed without a known claim only once any call would be over", () => {
    const closing = (second: number) =>
      ({ type: "close_lost", id: "dead", at: at(second), deadlineSeconds: 29 }) as const;
    given(dialing())
      .when(closing(29))
      .gives({ refused: "not_yet", notBefore: at(30) });
    given(dialing())
      .when(closing(30))
      .gives([{ type: "completed", by: "dead", at: at(30), outcome: { status: "error", reason: "dial_unknown" } }]);
    given(queued()).when(closing(30)).gives({ refused: "superseded" });
  });

  it("is not closed by the deadline of an earlier dial", () => {
    given(dialing())
      .when({ type: "close_overdue", id: "deadline", at: at(30), token: "claim-0" })
      .gives({ refused: "superseded" });
  });

  it("is left to its deadline when its message is given up", () => {
    given(dialing())
      .when({ type: "give_up", id: "dead", at: at(9) })
      .gives({ refused: "dialed" });
  });
});

describe("an answered call", () => {
  it("is not completed by the right PIN while its leg is up", () => {
    const right = digits(1, true);
    given(run(dialing(), report(2, line("answered"))))
      .when(report(3, right))
      .gives([{ type: "reported", at: at(3), report: right }]);
  });

  it("is completed with its verdict when its leg ends", () => {
    given(run(dialing(), report(2, line("answered")), report(3, digits(1, true))))
      .when(report(4, line("completed")))
      .gives([
        { type: "reported", at: at(4), report: line("completed") },
        { type: "completed", by: "event-4", at: at(4), outcome: { status: "ok" } },
      ]);
  });

  it("is closed with its verdict when its end was never reported", () => {
    given(run(dialing(), report(2, line("answered")), report(3, digits(1, true))))
      .when({ type: "close_overdue", id: "deadline", at: at(30), token: "claim-1" })
      .gives([{ type: "completed", by: "deadline", at: at(30), outcome: { status: "ok" } }]);
  });
});

describe("an ended call", () => {
  const ended = () => run(dialing(), report(2, line("answered")), report(5, line("completed")));

  it("accepts a verdict that arrives late", () => {
    given(ended())
      .when(report(6, digits(3, false)))
      .gives([
        { type: "reported", at: at(6), report: digits(3, false) },
        { type: "completed", by: "event-6", at: at(6), outcome: { status: "failed" } },
      ]);
  });

  it("is not settled before the settle time", () => {
    given(ended())
      .when({ type: "settle", id: "settle", at: at(24), settleSeconds: 20 })
      .gives({ refused: "not_yet", notBefore: at(25) });
  });

  it("is settled without a verdict when none has come", () => {
    given(ended())
      .when({ type: "settle", id: "settle", at: at(25), settleSeconds: 20 })
      .gives([{ type: "completed", by: "settle", at: at(25), outcome: { status: "error", reason: "hung_up" } }]);
  });
});

describe("a completed call", () => {
  const completed = () => run(dialing(), report(2, digits(1, true)), report(3, line("completed")));

  it("records late reports without changing its result", () => {
    const late = digits(2, false);
    given(completed())
      .when(report(9, late))
      .gives([{ type: "reported", at: at(9), report: late }]);
  });

  it.each([
    { type: "settle", id: "settle", at: at(90), settleSeconds: 20 },
    { type: "close_overdue", id: "deadline", at: at(90), token: "claim-1" },
    { type: "close_lost", id: "dead", at: at(90), deadlineSeconds: 1 },
    { type: "give_up", id: "dead", at: at(90) },
  ] as const)("is not completed again by $type", (command) => {
    given(completed()).when(command).gives({ refused: "completed" });
  });

  it("may not be dialed", () => {
    given(completed())
      .when({ type: "start_dial", token: "claim-2", at: at(90) })
      .gives({ refused: "already_claimed" });
  });
});

describe("a call that is not ended", () => {
  it("is not settled", () => {
    given(dialing())
      .when({ type: "settle", id: "settle", at: at(90), settleSeconds: 20 })
      .gives({ refused: "not_ended" });
  });
});

describe("a call that is cancelled", () => {
  const cancel = { type: "cancel", id: "cancelled", at: at(5) } as const;

  it("is completed as cancelled while it is queued", () => {
    given(queued())
      .when(cancel)
      .gives([{ type: "completed", by: "cancelled", at: at(5), outcome: { status: "error", reason: "cancelled" } }]);
  });

  it("is not cancelled once it may have been dialed", () => {
    given(dialing()).when(cancel).gives({ refused: "dialed" });
  });
});
