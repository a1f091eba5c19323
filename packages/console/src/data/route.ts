import { computed, signal } from "@preact/signals";

export type Route =
  | { readonly screen: "calls" }
  | { readonly screen: "call"; readonly tid: string }
  | { readonly screen: "batches" }
  | { readonly screen: "batch"; readonly id: string }
  | { readonly screen: "queues" }
  | { readonly screen: "nowhere" };

const address = signal(location.pathname + location.search);

export const route = computed((): Route => {
  const [, first = "", second] = address.value.split("?")[0]?.split("/") ?? [];
  if (first === "" || first === "index.html") return { screen: "calls" };
  if (first === "calls") return second ? { screen: "call", tid: second } : { screen: "calls" };
  if (first === "batches") return second ? { screen: "batch", id: second } : { screen: "batches" };
  if (first === "queues") return { screen: "queues" };
  return { screen: "nowhere" };
});

export const query = computed(() => new URLSearchParams(address.value.split("?")[1] ?? ""));

/** Where it was scrolled to, so that Back leads to the same place. */
const places = new Map<string, number>();

export function go(to: string): void {
  places.set(address.peek(), scrollY);
  history.pushState(null, "", to);
  address.value = to;
  scrollTo(0, 0);
  focusHeading();
}

/** The same screen with another filter. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const next = new URLSearchParams(query.peek());
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  const text = next.size === 0 ? "" : `?${next}`;
  const to = location.pathname + text;
  history.replaceState(null, "", to);
  address.value = to;
}

addEventListener("popstate", () => {
  address.value = location.pathname + location.search;
  const place = places.get(address.value);
  requestAnimationFrame(() => scrollTo(0, place ?? 0));
});

/** A click on a link of the page, but for those that open something else. */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (link.hash !== "" && link.pathname === location.pathname) return;
  if (link.pathname.startsWith("/docs")) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

/** A screen reader goes on reading where the new screen begins. */
function focusHeading(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true }));
}
