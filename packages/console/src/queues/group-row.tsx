import { chooseFilter } from "../calls/tiles.tsx";
import { failingReceivers } from "../data/live.ts";
import { go } from "../data/route.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { number, plural, time } from "../ui/words.ts";
import type { Group } from "./letter-groups.ts";

interface GroupRowProps {
  readonly group: Group;
  readonly isChosen: boolean;
  readonly onChoose: (isOn: boolean) => void;
}

export function GroupRow({ group, isChosen, onChoose }: GroupRowProps) {
  return (
    <tr class={isChosen ? "sel" : ""}>
      <td>
        <input
          type="checkbox"
          aria-label={`${group.reason} at ${group.receiver}`}
          checked={isChosen}
          onChange={({ currentTarget }) => onChoose(currentTarget.checked)}
        />
      </td>
      <td>
        <span class="cb">
          <Icon name="parked" tone="c-parked" />
          {group.reason}
        </span>
      </td>
      <td class="mono fill receiver">
        {group.receiver}
        {failingReceivers.value.has(group.receiver) && (
          <span class="c-error small"> failing since {time(failingReceivers.value.get(group.receiver) ?? "")}</span>
        )}
      </td>
      <td class="num">
        <b>{number(group.calls.length)}</b>
      </td>
      <td class="num muted hide-s">{group.oldest === "" ? "" : time(group.oldest, { seconds: false })}</td>
      <td class="muted hide-s">{plural(group.attempts, "attempt")}</td>
      <td>
        <Button
          kind="sm quiet"
          onPress={() => {
            const [first] = group.calls;
            if (group.calls.length === 1 && first) return go(`/calls/${first.tid}`);
            go("/");
            chooseFilter("parked");
          }}
        >
          Open {number(group.calls.length)}
        </Button>
      </td>
    </tr>
  );
}
