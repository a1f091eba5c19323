import { useState } from "preact/hooks";
import { masked } from "../data/masked.ts";
import { authorization, isReal } from "../data/session.ts";
import { fields, request } from "../phone/placed.ts";
import { Code } from "../ui/code.tsx";
import { Copy } from "../ui/copy.tsx";
import { Icon } from "../ui/icon.tsx";
import { curlOf, shortCredential } from "./curl.ts";

const url = () => `${location.origin}/call`;

function wholeCurl(): string {
  return curlOf({ url: url(), authorization: authorization.value ?? "", fields: fields.value });
}

/** A PIN is never shown, and of a real number as little as anywhere. */
function shownField(name: string, value: string): string {
  if (name === "pin_code") return "••••";
  return isReal.value && (name === "to" || name === "from") ? masked(value) : value;
}

function shownCurl(): string {
  const hidden = fields.value.map(([name, value]) => [name, shownField(name, value)] as const);
  return curlOf({
    url: url(),
    authorization: shortCredential(authorization.value ?? "Bearer eyJ…"),
    fields: hidden,
  });
}

function Status() {
  const { kind } = request.value;
  if (kind === "accepted") return <span class="small c-ok">202</span>;
  if (kind === "refused") return <span class="small c-error">{request.value.problem?.status || "no answer"}</span>;
  return null;
}

export function RequestPanel() {
  const [isOpen, setOpen] = useState(!matchMedia("(max-width: 719px)").matches);
  const refused = request.value.kind === "refused" ? request.value.sentence : undefined;
  return (
    <section class="card" aria-label="Request">
      <header>
        <span class="step" aria-hidden="true">
          1
        </span>
        <h2>The request</h2>
        <span class="end">
          <Status />
          <Copy
            words="Copy curl"
            text={wholeCurl}
            said={`Copied, with your PIN and ${isReal.value ? "your numbers and credential" : "the test credential"}`}
          />
          <button
            type="button"
            class={`chev ${isOpen ? "open" : ""}`}
            aria-expanded={isOpen ? "true" : "false"}
            aria-label="Show the request"
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name="right" />
          </button>
        </span>
      </header>
      {refused !== undefined && <p class="pad small c-error">{refused}</p>}
      <Code label="The request as curl" text={shownCurl()} isOpen={isOpen} />
    </section>
  );
}
