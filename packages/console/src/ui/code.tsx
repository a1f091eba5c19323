/** Text as it is; it scrolls in itself, also without a pointer. */
export function Code({
  label,
  text,
  isOpen = true,
}: {
  readonly label: string;
  readonly text: string;
  readonly isOpen?: boolean;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section class={`code ${isOpen ? "is-open" : ""}`} aria-label={label} tabIndex={0}>
      <pre>{text}</pre>
    </section>
  );
}
