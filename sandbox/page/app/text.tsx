/** A required line of text. */
export function Text({
  label,
  value,
  change,
  required = true,
}: {
  label: string;
  value: string;
  change: (value: string) => void;
  required?: boolean;
}) {
  return (
    <label>
      <span>{label}</span>
      <input
        value={value}
        required={required}
        autoComplete="off"
        spellcheck={false}
        onInput={(event) => {
          change(event.currentTarget.value);
        }}
      />
    </label>
  );
}
