import { isReal } from "../data/session.ts";
import { Button } from "../ui/button.tsx";
import { callMe, currentCall, fieldError, form, request } from "./placed.ts";
import { Credential, lackingForReal, RealCall } from "./real-call.tsx";

function Field({
  name,
  label,
  error,
  children,
}: {
  name: string;
  label: string;
  error: string | undefined;
  children: preact.ComponentChildren;
}) {
  return (
    <div class="labelled">
      <label for={name}>{label}</label>
      {children}
      {error !== undefined && (
        <p id={`${name}-error`} class="c-error small">
          {error}
        </p>
      )}
    </div>
  );
}

const change = (more: Partial<typeof form.value>) => {
  form.value = { ...form.value, ...more };
};

function NumberField({ name, label, value }: { name: "to" | "from"; label: string; value: string }) {
  return (
    <Field name={name} label={label} error={fieldError(name)}>
      <input
        id={name}
        class="field mono"
        value={value}
        type="tel"
        autocomplete="off"
        aria-invalid={fieldError(name) ? "true" : undefined}
        aria-describedby={fieldError(name) ? `${name}-error` : undefined}
        onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
      />
    </Field>
  );
}

export function PhoneForm({ down }: { readonly down: string | undefined }) {
  const { kind } = request.value;
  // A call that rings here shows itself; of one elsewhere it is known when it is over.
  const isUnderWay = !isReal.value || currentCall.value?.state !== "completed";
  const isCalling = kind === "sending" || (kind === "accepted" && isUnderWay);
  const { to, from, pin, text, failed, bye } = form.value;
  const off = down ?? (isReal.value ? lackingForReal() : undefined);
  return (
    <form
      class="phone-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isCalling && off === undefined) void callMe();
      }}
    >
      {isReal.value && (
        <>
          <Credential />
          <NumberField name="to" label="Number to call" value={to} />
          <NumberField name="from" label="A number of your account" value={from} />
        </>
      )}
      <Field name="pin" label="PIN to expect" error={fieldError("pin_code")}>
        <input
          id="pin"
          class="field mono"
          value={pin}
          inputMode="numeric"
          autocomplete="off"
          maxLength={20}
          aria-invalid={fieldError("pin_code") ? "true" : undefined}
          aria-describedby={fieldError("pin_code") ? "pin-error" : undefined}
          onInput={({ currentTarget }) => change({ pin: currentTarget.value })}
        />
      </Field>
      <Field name="text" label="Text to say" error={fieldError("text")}>
        <textarea
          id="text"
          class="field"
          rows={2}
          value={text}
          aria-invalid={fieldError("text") ? "true" : undefined}
          aria-describedby={fieldError("text") ? "text-error" : undefined}
          onInput={({ currentTarget }) => change({ text: currentTarget.value })}
        />
      </Field>
      <details>
        <summary>More</summary>
        <div class="more-fields">
          <Field name="failed" label="After a wrong PIN" error={fieldError("failed_text")}>
            <input
              id="failed"
              class="field"
              value={failed}
              placeholder="the text again"
              onInput={({ currentTarget }) => change({ failed: currentTarget.value })}
            />
          </Field>
          <Field name="bye" label="After the right PIN" error={fieldError("bye_text")}>
            <input
              id="bye"
              class="field"
              value={bye}
              placeholder="nothing"
              onInput={({ currentTarget }) => change({ bye: currentTarget.value })}
            />
          </Field>
        </div>
      </details>
      <Button submits kind="primary" isBusy={isCalling} disabledBecause={off} onPress={callMe}>
        {isCalling ? "Calling…" : "Call me"}
      </Button>
      {request.value.kind === "refused" && (
        <p class="c-error small" role="none">
          The call was not placed: {request.value.sentence}
        </p>
      )}
      {isReal.value ? (
        <RealCall />
      ) : (
        <p class="small muted">Or call this number from a terminal: any number that ends in 11 rings here.</p>
      )}
    </form>
  );
}
