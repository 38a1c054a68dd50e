import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

/** Copies a text and says so, for the eye and for a screen reader. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation("learn");
  const [said, setSaid] = useState<"copied" | "notCopied">();
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(undefined), 2500);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => setSaid((await copied(text)) ? "copied" : "notCopied");
  return (
    <span className="inline-flex items-center">
      <button type="button" onClick={copy} className="copy-button" aria-label={label}>
        {said ? t(`markdown.${said}`) : t("markdown.copy")}
      </button>
      <span role="status" className="sr-only">
        {said ? t(`markdown.${said}`) : ""}
      </span>
    </span>
  );
}

/** Browsers keep the clipboard from pages that are neither https nor loopback; then a selection does it. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

function copiedBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
