/**
 * The shapes of the api, as its OpenAPI document has them: `npm run openapi` writes this file.
 */

export interface CallRequest {
  /**
   * Number to call, as people write it down; it comes back as it was sent
   */
  to: string;
  /**
   * Caller ID, a number of the account; needed unless `random_from_number` is true
   */
  from?: string;
  /**
   * The carrier takes one of the application's numbers as caller ID
   */
  random_from_number?: boolean;
  /**
   * Said once before `text`: who calls and why, which a phone that screens its calls passes on. Up to 500 characters
   */
  introduction?: string;
  /**
   * The prompt: up to 1500 characters, tags of SSML apart. In plain text, `&` and `<` are said as signs
   */
  text?: string;
  /**
   * By language, what is said in it: the prompt, or an object with any of the texts. `language` chooses; without its language, `text` is said
   */
  texts?: {
    [k: string]:
      | string
      | {
          text?: string;
          introduction?: string;
          bye_text?: string;
          failed_text?: string;
          silence_text?: string;
          last_failed_text?: string;
          beep_text?: string;
          choice_texts?: {
            [k: string]: string;
          };
        };
  };
  /**
   * What is asked: a PIN (`confirm`), one of `choices` (`press`), digits that you get (`capture`), or nothing (`say`). Without it: what there is a `pin_code` or `choices` for
   */
  ask?: "confirm" | "press" | "capture" | "say";
  /**
   * The PIN to expect
   */
  pin_code?: string;
  /**
   * The word that the result has, by the digit that is pressed for it
   */
  choices?: {
    [k: string]: string;
  };
  /**
   * Said after a choice in place of `bye_text`, by its digit: up to 500 characters each
   */
  choice_texts?: {
    [k: string]: string;
  };
  /**
   * With `capture`: fewer are a wrong try
   */
  min_digits?: number;
  /**
   * With `capture`: so many end it
   */
  max_digits?: number;
  /**
   * With `capture`: `#` ends it
   */
  submit_on_hash?: boolean;
  /**
   * Where the result is sent; without it, whoever wants the result asks for it
   */
  callback?: string;
  /**
   * How the result is sent
   */
  callback_method?: "GET" | "POST";
  /**
   * What the result is: the parameters of the status, or all that is known of the call as JSON, by POST
   */
  callback_format?: "form" | "json";
  /**
   * Said after the right PIN, a choice or captured digits: up to 500 characters, tags of SSML apart
   */
  bye_text?: string;
  /**
   * Said after a wrong PIN, key or number of digits with tries left: up to 500 characters, tags of SSML apart
   */
  failed_text?: string;
  /**
   * Said where nothing was keyed, in place of `failed_text`: up to 500 characters
   */
  silence_text?: string;
  /**
   * Said after the last wrong try, before the call ends: up to 500 characters
   */
  last_failed_text?: string;
  /**
   * Said to an answering machine after its beep, in place of all else: up to 500 characters. With the `advanced_machine_detection` `default`
   */
  beep_text?: string;
  /**
   * `text` is said again behind `failed_text` or `silence_text`
   */
  repeat_text?: boolean;
  /**
   * The language that all of it is said in, as BCP-47; one that is not spoken is refused with those that are near. With `texts`, `auto` is that of the country that is called
   */
  language?: string;
  /**
   * A female or a male voice, in place of a `style`
   */
  voice?: "female" | "male";
  /**
   * Which of the language's voices says it
   */
  style?: number;
  /**
   * The premium voice of that style, which costs more
   */
  premium?: boolean;
  /**
   * How loud it is said
   */
  level?: number;
  /**
   * How often `text` is said
   */
  loop?: number;
  /**
   * How often the person may try
   */
  max_attempts?: number;
  /**
   * For how many seconds each key is waited for
   */
  input_timeout?: number;
  /**
   * For how many seconds the phone may ring; 60 without it
   */
  ringing_timer?: number;
  /**
   * The call ends so many seconds after the answer at the latest
   */
  length_timer?: number;
  /**
   * The call is dialed within these hours only, by the clocks where its number is; `true` is 09:00-20:00. A number that may be in several time zones has to be within them in each. Otherwise it waits, and holds up no other
   */
  local_time?: string;
  /**
   * How often the person is called again, where a dial ends as `retry_on` says, and the next one comes before the call and its credential expire. 0 without it: nobody is called twice. The one result is that of the last dial, with all `dials`
   */
  retry_times?: number;
  /**
   * So many seconds after the end of a dial the next one comes, or later; 300 without it
   */
  retry_after?: number;
  /**
   * After which reasons, in the words of a result: a list, or text with commas between. Without it `busy`, `unanswered`, `timeout` and `unavailable`
   *
   * @minItems 1
   * @maxItems 10
   */
  retry_on?: (
    | "busy"
    | "unanswered"
    | "timeout"
    | "unavailable"
    | "declined"
    | "rejected"
    | "failed"
    | "cannot_route"
    | "machine"
    | "hung_up"
  )[];
  /**
   * How urgent the call is beside what else of its application waits: `high` goes before all of it, `low` waits for all of it, within `expires_in`. Each row of a batch may have its own
   */
  priority?: "high" | "normal" | "low";
  /**
   * Your own name for the call, which comes back in the result
   */
  reference?: string;
  /**
   * Whether the carrier looks for answering machines, and what becomes of a call that one takes
   */
  machine_detection?: "off" | "continue" | "hangup";
  /**
   * The carrier's better detection, at its price: `default` speaks at once, `detect` waits for its judgement, `detect_beep` for the beep. What becomes of a call that a machine takes is said by `machine_detection`
   */
  advanced_machine_detection?: "off" | "default" | "detect" | "detect_beep";
  /**
   * For how many seconds the beep of a machine is waited for; 45 without it
   */
  beep_timeout?: number;
  /**
   * Where the carrier handles the call; without it, it chooses
   */
  region?: "na-east" | "na-west" | "eu-west" | "eu-east" | "apac-sng" | "apac-australia";
  /**
   * What the result is signed with, in place of the application's secret
   */
  callback_secret?: string;
  /**
   * A call that was not dialed after so many seconds is not dialed any more
   */
  expires_in?: number;
  /**
   * Not dialed before this time; `expires_in` counts from it
   */
  send_at?: string;
  /**
   * The most that all of the calls together may cost, in EUR, if each lasts as long as it can
   */
  max_price?: string;
  /**
   * Tells what would become of the calls, and calls nobody
   */
  dry_run?: boolean;
  /**
   * Id of a Vonage application, where there is no JWT
   */
  app_id?: string;
  /**
   * Its RSA key, as PEM; used for this request only
   */
  private_key?: string;
}
/**
 * A call, or what holds for those that do not say otherwise
 */
export interface CallOfBatch {
  /**
   * Number to call, as people write it down; it comes back as it was sent
   */
  to?: string;
  /**
   * Caller ID, a number of the account; needed unless `random_from_number` is true
   */
  from?: string;
  /**
   * The carrier takes one of the application's numbers as caller ID
   */
  random_from_number?: boolean;
  /**
   * Said once before `text`: who calls and why, which a phone that screens its calls passes on. Up to 500 characters
   */
  introduction?: string;
  /**
   * The prompt: up to 1500 characters, tags of SSML apart. In plain text, `&` and `<` are said as signs
   */
  text?: string;
  /**
   * By language, what is said in it: the prompt, or an object with any of the texts. `language` chooses; without its language, `text` is said
   */
  texts?: {
    [k: string]:
      | string
      | {
          text?: string;
          introduction?: string;
          bye_text?: string;
          failed_text?: string;
          silence_text?: string;
          last_failed_text?: string;
          beep_text?: string;
          choice_texts?: {
            [k: string]: string;
          };
        };
  };
  /**
   * What is asked: a PIN (`confirm`), one of `choices` (`press`), digits that you get (`capture`), or nothing (`say`). Without it: what there is a `pin_code` or `choices` for
   */
  ask?: "confirm" | "press" | "capture" | "say";
  /**
   * The PIN to expect
   */
  pin_code?: string;
  /**
   * The word that the result has, by the digit that is pressed for it
   */
  choices?: {
    [k: string]: string;
  };
  /**
   * Said after a choice in place of `bye_text`, by its digit: up to 500 characters each
   */
  choice_texts?: {
    [k: string]: string;
  };
  /**
   * With `capture`: fewer are a wrong try
   */
  min_digits?: number;
  /**
   * With `capture`: so many end it
   */
  max_digits?: number;
  /**
   * With `capture`: `#` ends it
   */
  submit_on_hash?: boolean;
  /**
   * Where the result is sent; without it, whoever wants the result asks for it
   */
  callback?: string;
  /**
   * How the result is sent
   */
  callback_method?: "GET" | "POST";
  /**
   * What the result is: the parameters of the status, or all that is known of the call as JSON, by POST
   */
  callback_format?: "form" | "json";
  /**
   * Said after the right PIN, a choice or captured digits: up to 500 characters, tags of SSML apart
   */
  bye_text?: string;
  /**
   * Said after a wrong PIN, key or number of digits with tries left: up to 500 characters, tags of SSML apart
   */
  failed_text?: string;
  /**
   * Said where nothing was keyed, in place of `failed_text`: up to 500 characters
   */
  silence_text?: string;
  /**
   * Said after the last wrong try, before the call ends: up to 500 characters
   */
  last_failed_text?: string;
  /**
   * Said to an answering machine after its beep, in place of all else: up to 500 characters. With the `advanced_machine_detection` `default`
   */
  beep_text?: string;
  /**
   * `text` is said again behind `failed_text` or `silence_text`
   */
  repeat_text?: boolean;
  /**
   * The language that all of it is said in, as BCP-47; one that is not spoken is refused with those that are near. With `texts`, `auto` is that of the country that is called
   */
  language?: string;
  /**
   * A female or a male voice, in place of a `style`
   */
  voice?: "female" | "male";
  /**
   * Which of the language's voices says it
   */
  style?: number;
  /**
   * The premium voice of that style, which costs more
   */
  premium?: boolean;
  /**
   * How loud it is said
   */
  level?: number;
  /**
   * How often `text` is said
   */
  loop?: number;
  /**
   * How often the person may try
   */
  max_attempts?: number;
  /**
   * For how many seconds each key is waited for
   */
  input_timeout?: number;
  /**
   * For how many seconds the phone may ring; 60 without it
   */
  ringing_timer?: number;
  /**
   * The call ends so many seconds after the answer at the latest
   */
  length_timer?: number;
  /**
   * The call is dialed within these hours only, by the clocks where its number is; `true` is 09:00-20:00. A number that may be in several time zones has to be within them in each. Otherwise it waits, and holds up no other
   */
  local_time?: string;
  /**
   * How often the person is called again, where a dial ends as `retry_on` says, and the next one comes before the call and its credential expire. 0 without it: nobody is called twice. The one result is that of the last dial, with all `dials`
   */
  retry_times?: number;
  /**
   * So many seconds after the end of a dial the next one comes, or later; 300 without it
   */
  retry_after?: number;
  /**
   * After which reasons, in the words of a result: a list, or text with commas between. Without it `busy`, `unanswered`, `timeout` and `unavailable`
   *
   * @minItems 1
   * @maxItems 10
   */
  retry_on?: (
    | "busy"
    | "unanswered"
    | "timeout"
    | "unavailable"
    | "declined"
    | "rejected"
    | "failed"
    | "cannot_route"
    | "machine"
    | "hung_up"
  )[];
  /**
   * How urgent the call is beside what else of its application waits: `high` goes before all of it, `low` waits for all of it, within `expires_in`. Each row of a batch may have its own
   */
  priority?: "high" | "normal" | "low";
  /**
   * Your own name for the call, which comes back in the result
   */
  reference?: string;
  /**
   * Whether the carrier looks for answering machines, and what becomes of a call that one takes
   */
  machine_detection?: "off" | "continue" | "hangup";
  /**
   * The carrier's better detection, at its price: `default` speaks at once, `detect` waits for its judgement, `detect_beep` for the beep. What becomes of a call that a machine takes is said by `machine_detection`
   */
  advanced_machine_detection?: "off" | "default" | "detect" | "detect_beep";
  /**
   * For how many seconds the beep of a machine is waited for; 45 without it
   */
  beep_timeout?: number;
  /**
   * Where the carrier handles the call; without it, it chooses
   */
  region?: "na-east" | "na-west" | "eu-west" | "eu-east" | "apac-sng" | "apac-australia";
  /**
   * What the result is signed with, in place of the application's secret
   */
  callback_secret?: string;
}
export interface BatchRequest {
  defaults?: CallOfBatch;
  /**
   * @minItems 1
   * @maxItems 10000
   */
  calls: CallOfBatch[];
  /**
   * All of the calls, or none
   */
  atomic?: boolean;
  /**
   * Every call has a reference of its own
   */
  unique_references?: boolean;
  /**
   * Meant, though the same batch without an `Idempotency-Key` came within the last hour
   */
  repeat?: boolean;
  /**
   * Where the counts of the whole batch are posted, as JSON, when it is over
   */
  batch_callback?: string;
  /**
   * What the result is signed with, in place of the application's secret
   */
  callback_secret?: string;
  /**
   * A call that was not dialed after so many seconds is not dialed any more
   */
  expires_in?: number;
  /**
   * Not dialed before this time; `expires_in` counts from it
   */
  send_at?: string;
  /**
   * The most that all of the calls together may cost, in EUR, if each lasts as long as it can
   */
  max_price?: string;
  /**
   * Tells what would become of the calls, and calls nobody
   */
  dry_run?: boolean;
  /**
   * Id of a Vonage application, where there is no JWT
   */
  app_id?: string;
  /**
   * Its RSA key, as PEM; used for this request only
   */
  private_key?: string;
}
export interface Accepted {
  tid: string;
  status_url: string;
}
export interface AcceptedBatch {
  batch_id: string;
  accepted: {
    index: number;
    tid: string;
    to: string;
    repeated_to?: true;
    reference?: string;
  }[];
  /**
   * Of those accepted, all of which are listed
   */
  count: number;
  /**
   * The first 100 of them
   *
   * @maxItems 100
   */
  rejected: RejectedRow[];
  rejected_count: number;
  first_dial_at: string;
  last_dial_at: string;
  status_url: string;
}
export interface RejectedRow {
  /**
   * Its place in the request, from 0
   */
  index: number;
  /**
   * Of the problem that it would be by itself: too_late, or why the guard refuses it
   */
  code?: string;
  errors: FieldError[];
}
export interface FieldError {
  field: string;
  /**
   * Never holds the value
   */
  wrong: string;
  expected: string;
}
export interface Estimate {
  dry_run: true;
  /**
   * Calls that would be accepted
   */
  count: number;
  first_dial_at: string;
  last_dial_at: string;
  /**
   * The most that they may cost, if each lasts as long as it can
   */
  price: string;
  currency: string;
  /**
   * Of a batch: the first 100 of them
   *
   * @maxItems 100
   */
  rejected?: RejectedRow[];
  rejected_count?: number;
}
export interface Call {
  tid: string;
  /**
   * As you wrote it
   */
  to: string;
  /**
   * As you wrote it, until the call is forgotten
   */
  from?: string;
  /**
   * As you wrote it
   */
  reference?: string;
  batch_id?: string;
  /**
   * Its place in the request, from 0
   */
  index?: number;
  state: "queued" | "dialing" | "ringing" | "answered" | "ended" | "completed";
  /**
   * Of a call that is over
   */
  status?: "ok" | "failed" | "error";
  /**
   * Of an `error`
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
    | "no_completion"
    | "script_error"
    | "number_out_of_service"
    | "cannot_route"
    | "restricted"
    | "declined"
    | "unavailable";
  /**
   * Why the next dial did not come, where `retry_on` names the reason and dials were left
   */
  not_redialed?:
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
    | "no_completion"
    | "script_error"
    | "number_out_of_service"
    | "cannot_route"
    | "restricted"
    | "declined"
    | "unavailable";
  /**
   * The word of the choice that was made, where one was asked for
   */
  choice?: string;
  /**
   * Of the person, in the last dial; never the digits
   */
  attempts: {
    /**
     * 1 for the first
     */
    attempt: number;
    matched: boolean;
    /**
     * When what was keyed reached us
     */
    at?: string;
  }[];
  /**
   * What may have reached the person: once at the most, unless the request has `retry_times`
   *
   * @maxItems 6
   */
  dials: {
    /**
     * When the carrier was asked
     */
    at: string;
    /**
     * The carrier's name for the call
     */
    uuid?: string;
    /**
     * In the carrier's word
     */
    ended_as?: string;
    /**
     * Why another dial followed
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
      | "no_completion"
      | "script_error"
      | "number_out_of_service"
      | "cannot_route"
      | "restricted"
      | "declined"
      | "unavailable";
    /**
     * Of a call with `retry_times`
     */
    duration_seconds?: number;
    /**
     * Of a call with `retry_times`
     */
    price?: string;
    /**
     * Of a call with `retry_times`
     */
    rate?: string;
    /**
     * Of a call with `retry_times`
     */
    network?: string;
    /**
     * Of the person, in a dial that another followed
     */
    attempts?: {
      /**
       * 1 for the first
       */
      attempt: number;
      matched: boolean;
      /**
       * When what was keyed reached us
       */
      at?: string;
    }[];
  }[];
  /**
   * Where it waits to be dialed again: not before
   */
  next_dial_at?: string;
  /**
   * The carrier's name for the call
   */
  uuid?: string;
  accepted_at: string;
  /**
   * Not dialed any more after this time
   */
  expires_at?: string;
  dialed_at?: string;
  ringing_at?: string;
  answered_at?: string;
  ended_at?: string;
  completed_at?: string;
  duration_seconds?: number;
  /**
   * As the carrier writes it
   */
  price?: string;
  /**
   * Of the price and the rate
   */
  currency?: string;
  /**
   * For a minute, as the carrier writes it
   */
  rate?: string;
  /**
   * Of the person, by the carrier's name for it
   */
  network?: string;
  /**
   * That were captured, for the credential of the application alone; until the result is delivered, or forgotten
   */
  digits?: string;
  /**
   * The deliveries of its result
   */
  callback: {
    /**
     * Without a password, and with `***` for what its query says
     */
    url?: string;
    method?: "GET" | "POST";
    /**
     * Its host, as lists are filtered by
     */
    receiver?: string;
    /**
     * `none` where the request named no `callback`
     */
    state: "none" | "pending" | "delivered" | "parked";
    attempts: {
      /**
       * 1 for the first
       */
      attempt: number;
      at: string;
      /**
       * `http_200` and so on; `timeout` or `unreachable` where nothing was answered
       */
      outcome: string;
      /**
       * The HTTP status alone, or the same word
       */
      answer: number | string;
      duration_ms: number;
    }[];
    /**
     * While there is one to come
     */
    next_attempt_at?: string;
  };
}
export interface CallInBatch {
  tid: string;
  /**
   * As you wrote it
   */
  to: string;
  /**
   * As you wrote it, until the call is forgotten
   */
  from?: string;
  /**
   * As you wrote it
   */
  reference?: string;
  batch_id?: string;
  /**
   * Its place in the request, from 0
   */
  index?: number;
  state: "queued" | "dialing" | "ringing" | "answered" | "ended" | "completed";
  /**
   * Of a call that is over
   */
  status?: "ok" | "failed" | "error";
  /**
   * Of an `error`
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
    | "no_completion"
    | "script_error"
    | "number_out_of_service"
    | "cannot_route"
    | "restricted"
    | "declined"
    | "unavailable";
  /**
   * Why the next dial did not come, where `retry_on` names the reason and dials were left
   */
  not_redialed?:
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
    | "no_completion"
    | "script_error"
    | "number_out_of_service"
    | "cannot_route"
    | "restricted"
    | "declined"
    | "unavailable";
  /**
   * The word of the choice that was made, where one was asked for
   */
  choice?: string;
  /**
   * Of the person, in the last dial; never the digits
   */
  attempts: {
    /**
     * 1 for the first
     */
    attempt: number;
    matched: boolean;
    /**
     * When what was keyed reached us
     */
    at?: string;
  }[];
  /**
   * What may have reached the person: once at the most, unless the request has `retry_times`
   *
   * @maxItems 6
   */
  dials: {
    /**
     * When the carrier was asked
     */
    at: string;
    /**
     * The carrier's name for the call
     */
    uuid?: string;
    /**
     * In the carrier's word
     */
    ended_as?: string;
    /**
     * Why another dial followed
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
      | "no_completion"
      | "script_error"
      | "number_out_of_service"
      | "cannot_route"
      | "restricted"
      | "declined"
      | "unavailable";
    /**
     * Of a call with `retry_times`
     */
    duration_seconds?: number;
    /**
     * Of a call with `retry_times`
     */
    price?: string;
    /**
     * Of a call with `retry_times`
     */
    rate?: string;
    /**
     * Of a call with `retry_times`
     */
    network?: string;
    /**
     * Of the person, in a dial that another followed
     */
    attempts?: {
      /**
       * 1 for the first
       */
      attempt: number;
      matched: boolean;
      /**
       * When what was keyed reached us
       */
      at?: string;
    }[];
  }[];
  /**
   * Where it waits to be dialed again: not before
   */
  next_dial_at?: string;
  /**
   * The carrier's name for the call
   */
  uuid?: string;
  accepted_at: string;
  /**
   * Not dialed any more after this time
   */
  expires_at?: string;
  dialed_at?: string;
  ringing_at?: string;
  answered_at?: string;
  ended_at?: string;
  completed_at?: string;
  duration_seconds?: number;
  /**
   * As the carrier writes it
   */
  price?: string;
  /**
   * Of the price and the rate
   */
  currency?: string;
  /**
   * For a minute, as the carrier writes it
   */
  rate?: string;
  /**
   * Of the person, by the carrier's name for it
   */
  network?: string;
}
export interface Batch {
  batch_id: string;
  /**
   * Its calls
   */
  count: number;
  accepted_at: string;
  states: {
    queued: number;
    /**
     * Dialed, and not over
     */
    live: number;
    completed: number;
  };
  /**
   * Of completed calls
   */
  statuses: {
    [k: string]: number;
  };
  /**
   * Of those with the status `error`
   */
  reasons: {
    [k: string]: number;
  };
  state: "waiting" | "running" | "paused" | "cancelled" | "completed";
  /**
   * Left out while it is paused, like the next two
   */
  first_dial_at?: string;
  last_dial_at?: string;
  /**
   * Left out of one that is over, too
   */
  estimated_end_at?: string;
  /**
   * When the last of its calls had its result
   */
  completed_at?: string;
  /**
   * What the carrier has agreed to
   */
  calls_per_second?: number;
  /**
   * Less for a while after the carrier had no room
   */
  current_calls_per_second?: number;
}
export interface CancelledBatch {
  batch_id: string;
  /**
   * Its calls
   */
  count: number;
  accepted_at: string;
  states: {
    queued: number;
    /**
     * Dialed, and not over
     */
    live: number;
    completed: number;
  };
  /**
   * Of completed calls
   */
  statuses: {
    [k: string]: number;
  };
  /**
   * Of those with the status `error`
   */
  reasons: {
    [k: string]: number;
  };
  state: "waiting" | "running" | "paused" | "cancelled" | "completed";
  /**
   * Left out while it is paused, like the next two
   */
  first_dial_at?: string;
  last_dial_at?: string;
  /**
   * Left out of one that is over, too
   */
  estimated_end_at?: string;
  /**
   * When the last of its calls had its result
   */
  completed_at?: string;
  /**
   * What the carrier has agreed to
   */
  calls_per_second?: number;
  /**
   * Less for a while after the carrier had no room
   */
  current_calls_per_second?: number;
  /**
   * Calls that are looked at
   */
  cancelling: number;
}
export interface Application {
  application_id: string;
  public_keys: {
    /**
     * SHA-256 of the key in DER
     */
    fingerprint: string;
    /**
     * Nobody registered it: the carrier took what it has signed
     */
    learned?: true;
  }[];
  /**
   * Where results may go; anywhere where it is left out
   */
  callback_hosts?: string[];
  /**
   * Numbers that it does not call
   */
  do_not_call?: string[];
  /**
   * Whose pace it shares
   */
  account?: string;
  /**
   * What the carrier has agreed to
   */
  calls_per_second: number;
  /**
   * Less for a while after the carrier had no room
   */
  current_calls_per_second: number;
  /**
   * What its calls may cost, where that is its own
   */
  guard?: {
    [k: string]: unknown;
  };
  /**
   * Of its newest 1,000 calls
   */
  counts: {
    queued: number;
    /**
     * Dialed, and not over
     */
    live: number;
    /**
     * Completed within the last hour, but for those that failed
     */
    done: number;
    /**
     * Completed within the last hour with the status `error`
     */
    failed: number;
    /**
     * Results that wait for a replay
     */
    parked: number;
    /**
     * There are older calls, which were not counted
     */
    at_least?: true;
  };
}
export interface Replayed {
  /**
   * Results that are sent again
   */
  count: number;
  /**
   * Left out of the last page; a page before it may be short
   */
  next_cursor?: string;
}
export interface Result {
  tid: string;
  /**
   * As you wrote it
   */
  to: string;
  status: "ok" | "failed" | "error";
  /**
   * Of an `error`
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
    | "no_completion"
    | "script_error"
    | "number_out_of_service"
    | "cannot_route"
    | "restricted"
    | "declined"
    | "unavailable";
  /**
   * Why the next dial did not come, where `retry_on` names the reason and dials were left
   */
  not_redialed?:
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
    | "no_completion"
    | "script_error"
    | "number_out_of_service"
    | "cannot_route"
    | "restricted"
    | "declined"
    | "unavailable";
  /**
   * The word of the choice that was made, where one was asked for
   */
  choice?: string;
  /**
   * That were captured; not where the result is sent again after it was delivered
   */
  digits?: string;
  /**
   * As you wrote it
   */
  reference?: string;
}
export interface ResultAsJson {
  type: "call.completed";
  data: {
    tid: string;
    /**
     * As you wrote it
     */
    to: string;
    /**
     * As you wrote it, until the call is forgotten
     */
    from?: string;
    /**
     * As you wrote it
     */
    reference?: string;
    batch_id?: string;
    /**
     * Its place in the request, from 0
     */
    index?: number;
    state: "queued" | "dialing" | "ringing" | "answered" | "ended" | "completed";
    /**
     * Of a call that is over
     */
    status?: "ok" | "failed" | "error";
    /**
     * Of an `error`
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
      | "no_completion"
      | "script_error"
      | "number_out_of_service"
      | "cannot_route"
      | "restricted"
      | "declined"
      | "unavailable";
    /**
     * Why the next dial did not come, where `retry_on` names the reason and dials were left
     */
    not_redialed?:
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
      | "no_completion"
      | "script_error"
      | "number_out_of_service"
      | "cannot_route"
      | "restricted"
      | "declined"
      | "unavailable";
    /**
     * The word of the choice that was made, where one was asked for
     */
    choice?: string;
    /**
     * Of the person, in the last dial; never the digits
     */
    attempts: {
      /**
       * 1 for the first
       */
      attempt: number;
      matched: boolean;
      /**
       * When what was keyed reached us
       */
      at?: string;
    }[];
    /**
     * What may have reached the person: once at the most, unless the request has `retry_times`
     *
     * @maxItems 6
     */
    dials: {
      /**
       * When the carrier was asked
       */
      at: string;
      /**
       * The carrier's name for the call
       */
      uuid?: string;
      /**
       * In the carrier's word
       */
      ended_as?: string;
      /**
       * Why another dial followed
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
        | "no_completion"
        | "script_error"
        | "number_out_of_service"
        | "cannot_route"
        | "restricted"
        | "declined"
        | "unavailable";
      /**
       * Of a call with `retry_times`
       */
      duration_seconds?: number;
      /**
       * Of a call with `retry_times`
       */
      price?: string;
      /**
       * Of a call with `retry_times`
       */
      rate?: string;
      /**
       * Of a call with `retry_times`
       */
      network?: string;
      /**
       * Of the person, in a dial that another followed
       */
      attempts?: {
        /**
         * 1 for the first
         */
        attempt: number;
        matched: boolean;
        /**
         * When what was keyed reached us
         */
        at?: string;
      }[];
    }[];
    /**
     * Where it waits to be dialed again: not before
     */
    next_dial_at?: string;
    /**
     * The carrier's name for the call
     */
    uuid?: string;
    accepted_at: string;
    /**
     * Not dialed any more after this time
     */
    expires_at?: string;
    dialed_at?: string;
    ringing_at?: string;
    answered_at?: string;
    ended_at?: string;
    completed_at?: string;
    duration_seconds?: number;
    /**
     * As the carrier writes it
     */
    price?: string;
    /**
     * Of the price and the rate
     */
    currency?: string;
    /**
     * For a minute, as the carrier writes it
     */
    rate?: string;
    /**
     * Of the person, by the carrier's name for it
     */
    network?: string;
    digits?: string;
  };
}
export interface BatchResult {
  type: "batch.completed";
  data: {
    batch_id: string;
    /**
     * Its calls
     */
    count: number;
    accepted_at: string;
    states: {
      queued: number;
      /**
       * Dialed, and not over
       */
      live: number;
      completed: number;
    };
    /**
     * Of completed calls
     */
    statuses: {
      [k: string]: number;
    };
    /**
     * Of those with the status `error`
     */
    reasons: {
      [k: string]: number;
    };
    state: "cancelled" | "completed";
    first_dial_at: string;
    last_dial_at: string;
    completed_at: string;
  };
}
