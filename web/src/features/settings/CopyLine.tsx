import "../markdown/markdown.css";
import { CopyButton } from "../markdown/CopyButton";

/** A command or an address to be used elsewhere, with a button that copies it; `label` says what is copied. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  return (
    <div className="mb-2 flex max-w-full items-center justify-between gap-2 rounded-lg bg-line/50 py-1 ps-3 pe-1">
      <code className="min-w-0 font-mono text-ink [overflow-wrap:anywhere]">{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  );
}
