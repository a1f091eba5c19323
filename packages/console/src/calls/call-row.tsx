import { useRef } from "preact/hooks";
import { leaving, row } from "../data/calls.ts";
import { nowMs } from "../data/clock.ts";
import { go } from "../data/route.ts";
import { Badge, stateOf } from "../ui/badge.tsx";
import { Icon } from "../ui/icon.tsx";
import type { RowAttributes } from "../ui/virtual-list.tsx";
import { acceptedWords, callbackWords, elapsedWords, outcomeWords, referenceOf } from "./row-words.ts";
import { selected, toggle } from "./selection.tsx";

export function CallRow({ tid, attributes }: { readonly tid: string; readonly attributes: RowAttributes }) {
  const call = row(tid)?.value;
  const seen = useRef(call?.state);
  if (!call) return null;
  const isChanged = seen.current !== call.state;
  seen.current = call.state;
  const isTried = call.callback.state === "pending" && call.callback.attempts.length > 0;
  const callback = callbackWords(call, isTried ? nowMs.value : 0);
  const isSelected = selected.value.has(tid);
  const isLive = call.state !== "completed";
  return (
    <tr
      {...attributes}
      class={`${leaving.value.has(tid) ? "leaving" : ""} ${isChanged ? "changed" : ""} ${isSelected ? "sel" : ""}`}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey) toggle(tid);
        else if (event.target instanceof Element && event.target.closest("a") === null) go(`/calls/${tid}`);
      }}
    >
      <td class="r1 c1">
        <Badge state={stateOf(call)} />
        {isSelected && <span class="sr"> selected</span>}
      </td>
      <td class="r1 c2">
        <a class="plain" href={`/calls/${tid}`} tabIndex={-1}>
          {call.to}
        </a>
      </td>
      <td class="r2 c12 fill muted">{outcomeWords(call)}</td>
      <td class="hide-s muted cut">{referenceOf(call)}</td>
      <td class="num r1 c3 right-s">{elapsedWords(call, isLive ? nowMs.value : 0)}</td>
      <td class="r2 c3 right-s">
        <span class="cb">
          {callback.icon && <Icon name={callback.icon} tone={callback.tone} />}
          <span class={callback.icon ? "" : callback.tone}>{callback.words}</span>
        </span>
      </td>
      <td class="num faint hide-s">
        <time dateTime={call.accepted_at} title={call.accepted_at}>
          {acceptedWords(call)}
        </time>
      </td>
    </tr>
  );
}

export const CALL_HEAD = (
  <>
    <th scope="col">State</th>
    <th scope="col">Number</th>
    <th scope="col">Outcome</th>
    <th scope="col">Reference</th>
    <th scope="col" class="num">
      Elapsed
    </th>
    <th scope="col">Callback</th>
    <th scope="col" class="num">
      Accepted
    </th>
  </>
);
