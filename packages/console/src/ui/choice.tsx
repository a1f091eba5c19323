interface ChoiceProps {
  readonly label: string;
  readonly every: string;
  readonly of: readonly string[];
  readonly value: { value: string };
}

/** One of those that there are, or any. */
export function Choice({ label, every, of, value }: ChoiceProps) {
  return (
    <label class="choice">
      {label}
      <select
        class="field"
        value={value.value}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      >
        <option value="">{every}</option>
        {[...new Set(of)].map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}
