import { describe, it } from "vitest";
import { at, dialing, digits, given, line, queued, report, run } from "./given.ts";

const uuid = "63f61863-4a51-4f6b-86e1-46edebcf9356";

describe("a queued call", () => {
  it("may be dialed by whoever asks first", () => {
    given(queued())
      .when({ type: "start_dial", token: "claim-1", at: at(1) })
      .gives([{ type: "dial_started", token: "claim-1", at: at(1) }]);
  });

  it("is given up as not dialed", () => {
    given(queued())
      .when({ type: "give_up", id: "dead", at: at(9) })
      .gives([{ type: "completed", by: "dead", at: at(9), outcome: { status: "error", reason: "dial_refused" } }]);
  });

  it("has no deadline: that of an earlier dial says nothing about it", () => {
    given(queued())
      .when({ type: "close_overdue", id: "deadline", at: at(9), token: "claim-1" })
      .gives({ refused: "superseded" });
  });

  it("is not dialed any more once the line was heard from, whatever we knew", () => {
    given(run(queued(), report(2, line("ringing"))))
      .when({ type: "start_dial", token: "claim-2", at: at(3) })
      .gives({ refused: "already_claimed" });
  });
});

describe("a dialing call", () => {
  it("is dialed by nobody else", () => {
    given(dialing())
      .when({ type: "start_dial", token: "claim-2", at: at(2) })
      .gives({ refused: "already_claimed" });
  });

  it("is given back by the one who holds the claim", () => {
    given(dialing())
      .when({ type: "release_dial", token: "claim-1" })
      .gives([{ type: "dial_released" }]);
  });

  it("is not given back by anybody else", () => {
    given(dialing()).when({ type: "release_dial", token: "claim-2" }).gives({ refused: "not_claimed" });
  });

  it("is not given back once the carrier is known to have it", () => {
    given(run(dialing(), report(2, { type: "dialed", uuid })))
      .when({ type: "release_dial", token: "claim-1" })
      .gives({ refused: "not_claimed" });
  });

  it("ends in the reason for which the carrier would not dial", () => {
    const refusal = { type: "dial_failed", reason: "invalid_number" } as const;
    given(dialing())
      .when(report(2, refusal))
      .gives([
        { type: "reported", at: at(2), report: refusal },
        { type: "completed", by: "event-2", at: at(2), outcome: { status: "error", reason: "invalid_number" } },
      ]);
  });

  it("does not end by a refusal that the line itself contradicts", () => {
    const refusal = { type: "dial_failed", reason: "dial_refused" } as const;
    given(run(dialing(), report(2, { type: "dialed", uuid })))
      .when(report(3, refusal))
      .gives([{ type: "reported", at: at(3), report: refusal }]);
  });

  it("is closed as unknown when nothing was ever heard of it", () => {
    given(dialing())
      .when({ type: "close_overdue", id: "deadline", at: at(30), token: "claim-1" })
      .gives([{ type: "completed", by: "deadline", at: at(30), outcome: { status: "error", reason: "dial_unknown" } }]);
  });

  it("is closed as not completed when the carrier had it and its end was never heard", () => {
    given(run(dialing(), report(2, { type: "dialed", uuid })))
      .when({ type: "close_overdue", id: "deadline", at: at(30), token: "claim-1" })
      .gives([
        { type: "completed", by: "deadline", at: at(30), outcome: { status: "error", reason: "no_completion" } },
      ]);
  });

  it("is closed by whoever knows of no claim once any call would be over, and not before", () => {
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

  it("is left to its deadline when a message about it is given up", () => {
    given(dialing())
      .when({ type: "give_up", id: "dead", at: at(9) })
      .gives({ refused: "dialed" });
  });
});

describe("an answered call", () => {
  it("does not end with the right PIN: the line is still up", () => {
    const right = digits(1, true);
    given(run(dialing(), report(2, line("answered"))))
      .when(report(3, right))
      .gives([{ type: "reported", at: at(3), report: right }]);
  });

  it("ends with its verdict when the line goes down", () => {
    given(run(dialing(), report(2, line("answered")), report(3, digits(1, true))))
      .when(report(4, line("completed")))
      .gives([
        { type: "reported", at: at(4), report: line("completed") },
        { type: "completed", by: "event-4", at: at(4), outcome: { status: "ok" } },
      ]);
  });

  it("is closed with its verdict when its end was never heard", () => {
    given(run(dialing(), report(2, line("answered")), report(3, digits(1, true))))
      .when({ type: "close_overdue", id: "deadline", at: at(30), token: "claim-1" })
      .gives([{ type: "completed", by: "deadline", at: at(30), outcome: { status: "ok" } }]);
  });
});

describe("an ended call", () => {
  const ended = () => run(dialing(), report(2, line("answered")), report(5, line("completed")));

  it("takes a verdict that was still on its way", () => {
    given(ended())
      .when(report(6, digits(3, false)))
      .gives([
        { type: "reported", at: at(6), report: digits(3, false) },
        { type: "completed", by: "event-6", at: at(6), outcome: { status: "failed" } },
      ]);
  });

  it("is not settled before its time", () => {
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

  it("keeps late reports on its record and its result as it was", () => {
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

  it("is not dialed", () => {
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

  it("is not cancelled any more when it may have been dialed", () => {
    given(dialing()).when(cancel).gives({ refused: "dialed" });
  });
});
