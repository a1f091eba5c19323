/**
 * The events on the bus, as their schemas have them: `npm run events` writes this file.
 */
/**
 * Every call of the batch has its result.
 */
export interface BatchCompleted {
  metadata: {
    /**
     * Of this event; the same whenever it is published or delivered again
     */
    id: string;
    /**
     * Of this type of event
     */
    version: 1;
    batch_id: string;
    application_id: string;
    /**
     * When its last call was completed
     */
    time: string;
  };
  data: {
    /**
     * All calls of the batch
     */
    count: number;
    /**
     * How many calls ended with each status
     */
    statuses: {
      [k: string]: number;
    };
    /**
     * How many calls ended in an error for each reason
     */
    reasons: {
      [k: string]: number;
    };
  };
}

/**
 * The one result. Published at least once, always with the same `metadata.id` and data.
 */
export interface CallCompleted {
  metadata: {
    /**
     * Of this event; the same whenever it is published or delivered again
     */
    id: string;
    /**
     * Of this type of event
     */
    version: 1;
    /**
     * The call
     */
    tid: string;
    application_id: string;
    batch_id?: string;
    time: string;
  };
  data: {
    /**
     * The number, masked
     */
    to: string;
    status: "ok" | "failed" | "error";
    /**
     * Of an error
     */
    reason?:
      | "machine"
      | "rejected"
      | "busy"
      | "cancelled"
      | "unanswered"
      | "timeout"
      | "failed"
      | "expired"
      | "credential_rejected"
      | "invalid_number"
      | "dial_refused"
      | "hung_up"
      | "dial_unknown"
      | "no_completion";
    /**
     * In place of the reason, where the carrier said more: what the customer hears as its reason
     */
    detail?: string;
    /**
     * Why the person was not called again, though that was asked for
     */
    not_redialed?: "expired" | "credential_rejected" | "invalid_number" | "cancelled" | "dial_refused";
    /**
     * The word of the choice that was made
     */
    choice?: string;
    /**
     * The customer's own name for the call
     */
    reference?: string;
    attempts: number;
    uuid?: string;
    duration_seconds?: number;
    /**
     * In EUR, as the carrier writes it
     */
    price?: string;
    /**
     * The result is sent to nobody: there is no delivery
     */
    callback?: "none";
  };
}
