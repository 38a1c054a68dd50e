import { DropdownMenu } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { buttonLook } from "./Button";

export interface MenuItem {
  label: string;
  onSelect: () => void;
  danger?: boolean;
}

/** A button with three dots that opens a list of actions. `label` says whose. */
export function Menu({ label, items, children }: { label: string; items: MenuItem[]; children?: ReactNode }) {
  const trigger = useRef<HTMLButtonElement>(null);
  const chosen = useRef<(() => void) | null>(null);
  /** The action comes after the focus is back, so that a dialog it opens knows where to return to. */
  function closed(event: Event) {
    event.preventDefault();
    trigger.current?.focus();
    chosen.current?.();
    chosen.current = null;
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        ref={trigger}
        aria-label={label}
        className={`${buttonLook("quiet", true)} min-w-9 px-2`}
      >
        {children ?? <Dots />}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById("content") ?? document.body}>
        <DropdownMenu.Content
          onCloseAutoFocus={closed}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-40 min-w-44 rounded-lg border border-line bg-sheet p-1 text-ink shadow-float"
        >
          {items.map((item) => (
            <DropdownMenu.Item
              key={item.label}
              onSelect={() => {
                chosen.current = item.onSelect;
              }}
              className={`flex min-h-10 cursor-pointer items-center rounded-md px-3 outline-none data-[highlighted]:bg-moss-wash ${item.danger ? "text-rust" : ""}`}
            >
              {item.label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Dots() {
  return (
    <svg viewBox="0 0 16 16" className="size-4" fill="currentColor" aria-hidden="true">
      <circle cx="3" cy="8" r="1.4" />
      <circle cx="8" cy="8" r="1.4" />
      <circle cx="13" cy="8" r="1.4" />
    </svg>
  );
}
