import { Button } from "../ui/button.tsx";
import { download } from "../ui/download.ts";
import { Icon } from "../ui/icon.tsx";
import { VirtualList } from "../ui/virtual-list.tsx";
import { duration, number, plural } from "../ui/words.ts";
import { check, type File, type Found, start, wrongRowsCsv } from "./check.ts";

function Verdict({ found: { callable, wrongCount, isSent } }: { readonly found: Found }) {
  if (wrongCount === 0)
    return (
      <p class="verdict">
        <Icon name="ok" />
        <span>
          <b>All {plural(callable, "row")} can be called.</b> Nothing has been sent yet.
        </span>
      </p>
    );
  return (
    <p class="note">
      <Icon name="error" />
      <span>
        <b>
          {!isSent && `${plural(callable, "row")} can be called. `}
          {plural(wrongCount, "row")} cannot.
        </b>{" "}
        {isSent ? "The others are accepted." : "Nothing has been sent yet."}
      </span>
    </p>
  );
}

function WrongRows({ found: { wrong, wrongCount } }: { readonly found: Found }) {
  const byId = new Map(wrong.map((cell) => [cell.id, cell]));
  return (
    <VirtualList
      ids={[...byId.keys()]}
      caption="Rows that cannot be called"
      columns={4}
      noun="Faults"
      note={wrongCount > 100 ? `The first 100 of ${number(wrongCount)} rows are named` : ""}
      head={
        <>
          <th scope="col" class="num">
            Line
          </th>
          <th scope="col">Column</th>
          <th scope="col">Value</th>
          <th scope="col">What is wrong</th>
        </>
      }
      draw={(id, attributes) => {
        const cell = byId.get(id);
        return cell ? (
          <tr key={id} {...attributes}>
            <td class="num r1 c1">{number(cell.line)}</td>
            <td class="mono r1 c2">{cell.column}</td>
            <td class="mono faint r1 c3">{cell.value}</td>
            <td class="r2 c23 muted fill" title={`It takes ${cell.expected}`}>
              {cell.wrong}
            </td>
          </tr>
        ) : null;
      }}
    />
  );
}

function whenWords({ estimate }: Found): string {
  if (!estimate) return "";
  const lastMs = Date.parse(estimate.last_dial_at) - Date.now();
  const firstMs = Date.parse(estimate.first_dial_at) - Date.now();
  const first = firstMs < 2_000 ? "First dial at once" : `First dial in about ${duration(firstMs)}`;
  const last = lastMs < 2_000 ? "" : `, last in about ${duration(lastMs)}`;
  return `${first}${last}, ${Number(estimate.price).toFixed(2)} ${estimate.currency} at the most`;
}

function size({ text }: File): string {
  const bytes = new Blob([text]).size;
  return bytes < 1_000 ? `${bytes} B` : `${number(Math.round(bytes / 1_000))} kB`;
}

export function CheckCard() {
  const at = check.value;
  if (at.kind === "none") return null;
  const name = at.kind === "refused" ? at.name : at.file.name;
  const found = at.kind === "checked" || at.kind === "starting" ? at.found : undefined;
  const file = at.kind === "refused" ? undefined : at.file;
  return (
    <section class="card" aria-label={`Check of ${name}`}>
      <header>
        <h2>{name}</h2>
        {file && (
          <span class="small muted">
            {plural(Math.max(0, file.rows.length - 1), "row")}, {size(file)}
          </span>
        )}
        <span class="end">
          <Button
            kind="quiet sm"
            onPress={() => {
              check.value = { kind: "none" };
            }}
          >
            Remove
          </Button>
        </span>
      </header>
      {at.kind === "refused" && (
        <p class="verdict bad">
          <Icon name="error" />
          {at.sentence}
        </p>
      )}
      {at.kind === "checking" && (
        <p class="pad small muted" aria-busy="true">
          Checking {plural(Math.max(0, at.file.rows.length - 1), "row")}…
        </p>
      )}
      {found && <Verdict found={found} />}
      {found && found.wrong.length > 0 && <WrongRows found={found} />}
      {found && file && (
        <div class="foot check-foot">
          <span>{whenWords(found)}</span>
          <span class="check-acts">
            {found.wrong.length > 0 && (
              <Button
                onPress={() => download({ name: `wrong-${name}`, text: wrongRowsCsv(file, found), type: "text/csv" })}
              >
                Wrong rows as CSV
              </Button>
            )}
            {found.callable > 0 && (
              <Button kind="primary" isBusy={at.kind === "starting"} onPress={() => start(file, found)}>
                Call {plural(found.callable, "number")}
              </Button>
            )}
          </span>
        </div>
      )}
    </section>
  );
}
