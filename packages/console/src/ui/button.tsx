import type { ComponentChildren } from "preact";

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly kind?: string;
  readonly onPress: () => unknown;
  /** Why it cannot be pressed now. It can still be focused, so that the reason is heard. */
  readonly disabledBecause?: string | undefined;
  readonly isBusy?: boolean | undefined;
  readonly label?: string;
  readonly pressed?: boolean;
  /** Of a form, so that Enter in a field does the same. */
  readonly submits?: boolean;
}

let count = 0;

export function Button({
  children,
  kind = "",
  onPress,
  disabledBecause,
  isBusy,
  label,
  pressed,
  submits,
}: ButtonProps) {
  const isOff = disabledBecause !== undefined || isBusy === true;
  const reasonId = disabledBecause === undefined ? undefined : `why-${count++}`;
  return (
    <>
      <button
        type={submits ? "submit" : "button"}
        class={`btn ${kind}`}
        aria-disabled={isOff ? "true" : undefined}
        aria-busy={isBusy ? "true" : undefined}
        aria-describedby={reasonId}
        aria-label={label}
        aria-pressed={pressed === undefined ? undefined : pressed ? "true" : "false"}
        title={disabledBecause}
        onClick={(event) => {
          event.preventDefault();
          if (!isOff) void onPress();
        }}
      >
        {children}
      </button>
      {reasonId !== undefined && (
        <span id={reasonId} class="sr">
          {disabledBecause}
        </span>
      )}
    </>
  );
}
