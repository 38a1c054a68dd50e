import { type ReactNode, useId } from "react";

const BOX =
  "w-full rounded-lg border border-edge bg-sheet px-3 py-2.5 text-ink placeholder:text-soft aria-invalid:border-rust";

interface Named {
  label: string;
  hint?: string;
  error?: string;
}

/** A label, what is asked, a hint and an error, tied together for screen readers. */
function Frame({ id, label, hint, error, children }: Named & { id: string; children: ReactNode }) {
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      {children}
      {hint ? (
        <p id={`${id}-hint`} className="mt-1.5 text-soft text-xs">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} role="alert" className="mt-1.5 text-rust">
          {error}
        </p>
      ) : null}
    </div>
  );
}

function described(id: string, { hint, error }: Named): string | undefined {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
}

interface TextProps extends Named {
  value: string;
  onChange: (value: string) => void;
  maxLength?: number;
  placeholder?: string;
  type?: "text" | "date" | "search" | "url" | "password" | "email";
  autoComplete?: string;
  min?: string;
  required?: boolean;
  readOnly?: boolean;
}

export function TextField({ label, hint, error, value, onChange, type = "text", ...rest }: TextProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input
        id={id}
        type={type}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, { label, hint, error })}
        className={`${BOX} min-h-11`}
        {...rest}
      />
    </Frame>
  );
}

export function AreaField({
  label,
  hint,
  error,
  value,
  onChange,
  rows = 3,
  ...rest
}: Omit<TextProps, "type" | "min"> & { rows?: number }) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea
        id={id}
        rows={rows}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, { label, hint, error })}
        className={`${BOX} field-sizing-content max-h-96 text-base`}
        {...rest}
      />
    </Frame>
  );
}

/** A number as text while it is typed; `onChange` gets what stands there. */
export function NumberField({
  label,
  hint,
  error,
  value,
  onChange,
  unit,
  ...rest
}: Named & {
  value: string;
  onChange: (value: string) => void;
  unit?: string;
  min?: number;
  max?: number;
  step?: number;
}) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <div className="flex items-center gap-2">
        <input
          id={id}
          type="number"
          inputMode="decimal"
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby={described(id, { label, hint, error })}
          className={`${BOX} min-h-11 max-w-32 tabular-nums`}
          {...rest}
        />
        {unit ? <span className="text-soft">{unit}</span> : null}
      </div>
    </Frame>
  );
}

export function SelectField<T extends string>({
  label,
  hint,
  value,
  onChange,
  options,
}: Named & { value: T; onChange: (value: T) => void; options: readonly { value: T; label: string }[] }) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint}>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = options.find((one) => one.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        aria-describedby={described(id, { label, hint })}
        className={`${BOX} min-h-11`}
      >
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

/** One of a few, all seen at once; each with a line that says what it means. */
export function Choice<T extends string>({
  label,
  value,
  onChange,
  options,
}: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string; note?: string }[];
}) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">{label}</legend>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] gap-2">
        {options.map((one) => (
          <label
            key={one.value}
            className="flex cursor-pointer items-start gap-2.5 rounded-lg border border-edge bg-sheet px-3 py-2.5 has-checked:border-moss has-checked:bg-moss-wash has-focus-visible:outline-2 has-focus-visible:outline-lake has-focus-visible:outline-offset-2"
          >
            <input
              type="radio"
              name={name}
              checked={one.value === value}
              onChange={() => onChange(one.value)}
              className="mt-[calc((1lh-1rem)/2)] size-4 shrink-0 accent-moss outline-none"
            />
            <span>
              <span className="block font-medium">{one.label}</span>
              {one.note ? <span className="block text-soft text-xs">{one.note}</span> : null}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Check({
  label,
  hint,
  checked,
  onChange,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 size-5 shrink-0 accent-moss"
      />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-soft text-xs">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}
