import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { KEPT, keyState } from "./values";

interface Props {
  label: string;
  hint?: string;
  error?: string;
  saved: string;
  value: string;
  onChange: (value: string) => void;
}

/** A key: typed once, never shown again; a set one can be replaced or removed. */
export function KeyField(props: Props) {
  const { label, hint, error, saved, value, onChange } = props;
  const { t } = useTranslation("settings");
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const typed = keyState(saved, value) === "typed";

  /** The button that was clicked goes; the focus goes to what took its place. */
  function change(next: string, replacing: boolean) {
    onChange(next);
    setOpen(replacing);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("input, button")?.focus());
  }

  if (saved === KEPT && !open && !typed) {
    return (
      <div ref={box}>
        <KeyThatIsSet {...props} onReplace={() => change(KEPT, true)} onChange={(to) => change(to, false)} />
      </div>
    );
  }
  return (
    <div ref={box} className="space-y-2">
      <TextField
        type="password"
        autoComplete="off"
        label={label}
        hint={saved === KEPT ? t("key.replacing") : hint}
        error={error}
        value={typed ? value : ""}
        onChange={(text) => onChange(text || saved)}
      />
      {saved === KEPT ? (
        <Button small onClick={() => change(KEPT, false)}>
          {t("key.keep")}
        </Button>
      ) : null}
    </div>
  );
}

function KeyThatIsSet({ label, error, value, onReplace, onChange }: Props & { onReplace: () => void }) {
  const { t } = useTranslation("settings");
  const kept = value === KEPT;
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">{label}</legend>
      <p className="mb-2 text-soft">{kept ? t("key.set") : t("key.removed")}</p>
      <div className="flex flex-wrap gap-2">
        {kept ? (
          <>
            <Button small onClick={onReplace}>
              {t("key.replace")}
            </Button>
            <Button small onClick={() => onChange("")}>
              {t("key.remove")}
            </Button>
          </>
        ) : (
          <Button small onClick={() => onChange(KEPT)}>
            {t("key.keep")}
          </Button>
        )}
      </div>
      {error ? (
        <p role="alert" className="mt-1.5 text-rust">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
