import { effect, signal } from "@preact/signals";

const KEPT_AS = "promptcall-theme";
const NEXT = { system: "light", light: "dark", dark: "system" } as const;

type Theme = keyof typeof NEXT;

const kept = localStorage.getItem(KEPT_AS);

/** As the system has it, unless somebody here wants it otherwise. */
export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "system");

effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});

export function changeTheme(): void {
  theme.value = NEXT[theme.value];
  if (theme.value === "system") localStorage.removeItem(KEPT_AS);
  else localStorage.setItem(KEPT_AS, theme.value);
}
