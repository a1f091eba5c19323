import { local } from "../data/session.ts";
import { Phone } from "../phone/phone.tsx";
import { CallbackPanel } from "../request/callback-panel.tsx";
import { RequestPanel } from "../request/request-panel.tsx";
import { CallList } from "./call-list.tsx";
import { Tiles } from "./tiles.tsx";

export function CallsScreen() {
  const isLocal = local.value !== null;
  return (
    <>
      <h1 class="sr" tabIndex={-1}>
        Calls
      </h1>
      <Tiles />
      <div class={isLocal ? "first" : ""}>
        {isLocal && (
          <div class="col">
            <Phone />
            <RequestPanel />
            <CallbackPanel />
          </div>
        )}
        <CallList />
      </div>
    </>
  );
}
