import { askForCredential } from "./credential.tsx";
import { told } from "./data/connection.ts";
import { stream } from "./data/live.ts";
import { route } from "./data/route.ts";
import { credentialEndsAt, isReal, lackingCredential, local } from "./data/session.ts";
import { showShortcuts } from "./shortcuts.tsx";
import { changeTheme, theme } from "./theme.ts";
import { Icon } from "./ui/icon.tsx";
import { number, time } from "./ui/words.ts";

function Logo() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <rect class="logo-ground" width="20" height="20" rx="6" />
      <path class="logo-bars" d="M5 8.5v3M8.3 6v8M11.7 4.5v11M15 8v4" stroke-width="1.8" stroke-linecap="round" />
    </svg>
  );
}

const THEME_ICONS = { system: "half", light: "sun", dark: "moon" } as const;

function stageName(): string {
  const given = local.value;
  if (given === undefined) return "…";
  if (given === null) return "deployed";
  if (given.carrier === "vonage") return "local · Vonage";
  return given.speed === 1 ? "local" : `local · ${given.speed}×`;
}

function Connection() {
  const { words, tone, icon, offers } = told.value;
  const isLacking = isReal.value && lackingCredential.value !== undefined;
  return (
    <span class={`conn ${tone}`}>
      <Icon name={icon} />
      <span>{words}</span>
      {offers === "try" && (
        <button type="button" class="link" onClick={() => stream.retry()}>
          Try now
        </button>
      )}
      {(offers === "credential" || isLacking) && (
        <button type="button" class="link" onClick={askForCredential}>
          Give a credential
        </button>
      )}
    </span>
  );
}

export function Header({ parked }: { readonly parked: number }) {
  const { screen } = route.value;
  const current = (...names: readonly string[]) => (names.includes(screen) ? "page" : undefined);
  return (
    <header class="top">
      <a class="brand" href="/">
        <Logo />
        Promptcall
      </a>
      <span class="stage hide-s">{stageName()}</span>
      <nav class="nav" aria-label="Main">
        <a href="/" aria-current={current("calls", "call")}>
          Calls
        </a>
        <a href="/batches" aria-current={current("batches", "batch")}>
          Batches
        </a>
        <a href="/queues" aria-current={current("queues")}>
          Queues
          {parked > 0 && (
            <span class="count">
              {number(parked)}
              <span class="sr"> parked</span>
            </span>
          )}
        </a>
      </nav>
      <div class="tools">
        {credentialEndsAt.value !== undefined && (
          <span class="small muted hide-s">
            Good until {time(new Date(credentialEndsAt.value).toISOString(), { seconds: false })}
          </span>
        )}
        <Connection />
        <button
          type="button"
          class="btn quiet sm icon-only"
          aria-label={`Theme: ${theme.value}`}
          title={`Theme: ${theme.value}`}
          onClick={changeTheme}
        >
          <Icon name={THEME_ICONS[theme.value]} />
        </button>
        <button type="button" class="btn quiet sm hide-s" onClick={showShortcuts}>
          Shortcuts <kbd>?</kbd>
        </button>
      </div>
    </header>
  );
}
