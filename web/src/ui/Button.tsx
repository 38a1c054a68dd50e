import type { ButtonHTMLAttributes, MouseEvent } from "react";

export type Look = "primary" | "plain" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "bg-moss text-on-moss hover:bg-[color-mix(in_oklab,var(--moss)_88%,var(--ink))]",
  plain: "border border-edge bg-sheet text-ink hover:bg-moss-wash",
  quiet: "text-ink hover:bg-moss-wash",
  danger: "border border-rust bg-sheet text-rust hover:bg-rust-wash",
};

/** How a button looks, for links that do what buttons do. */
export function buttonLook(look: Look = "plain", small = false): string {
  const size = small ? "min-h-9 px-3" : "min-h-11 px-4";
  return `inline-flex ${size} items-center justify-center gap-2 rounded-lg font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-55 ${LOOKS[look]}`;
}

const IDLE = "cursor-not-allowed opacity-55";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  small?: boolean;
  /** At work: a second click does nothing, the focus stays. Who says so of a button gets no double clicks. */
  busy?: boolean;
  /** Nothing to do now: looks and is said to be disabled, but keeps the focus of who has just clicked. */
  idle?: boolean;
}

export function Button({
  look = "plain",
  small = false,
  busy,
  idle = false,
  className = "",
  onClick,
  ...rest
}: Props) {
  /** The second click of a double click comes before the first one's work has begun to show. */
  function clicked(event: MouseEvent<HTMLButtonElement>) {
    if (busy || idle || (busy === false && event.detail > 1)) event.preventDefault();
    else onClick?.(event);
  }
  return (
    <button
      type="button"
      aria-disabled={busy || idle || undefined}
      onClick={clicked}
      className={`${buttonLook(look, small)} ${busy ? "cursor-progress opacity-70" : ""} ${idle ? IDLE : ""} ${className}`}
      {...rest}
    />
  );
}
