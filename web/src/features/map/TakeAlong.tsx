import { DropdownMenu } from "radix-ui";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { at } from "../../api/base";
import type { Roadmap } from "../../api/types";
import { buttonLook } from "../../ui/Button";
import { copied } from "../markdown/CopyButton";
import { ShareDialog } from "../share/ShareDialog";

const ITEM =
  "flex min-h-10 cursor-pointer items-center rounded-md px-3 outline-none data-[highlighted]:bg-moss-wash";

/** Everything of a roadmap as a file, a link for others, or its address. */
export function TakeAlong({ roadmap }: { roadmap: Roadmap }) {
  const { t } = useTranslation(["learn", "share"]);
  const [said, setSaid] = useState("");
  const [sharing, setSharing] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const wanted = useRef(false);
  const file = at(`/api/v1/roadmaps/${encodeURIComponent(roadmap.roadmap_id)}/export?format=`);
  const copy = async () =>
    setSaid(t((await copied(location.href)) ? "markdown.copied" : "markdown.notCopied"));
  return (
    <div className="flex items-center gap-2">
      <DropdownMenu.Root modal={false} onOpenChange={(open) => open && setSaid("")}>
        <DropdownMenu.Trigger ref={trigger} className={buttonLook()}>
          <svg viewBox="0 0 16 16" className="size-4" aria-hidden="true">
            <path
              d="M8 2.5v7.5M5 7l3 3 3-3M3 13h10"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.6"
              strokeLinecap="round"
            />
          </svg>
          {t("map.share")}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal container={document.getElementById("content") ?? document.body}>
          <DropdownMenu.Content
            align="end"
            sideOffset={4}
            collisionPadding={8}
            onCloseAutoFocus={(event) => {
              if (!wanted.current) return;
              wanted.current = false; // the dialog comes after the focus is back, and gives it back there
              event.preventDefault();
              trigger.current?.focus();
              setSharing(true);
            }}
            className="z-40 min-w-52 rounded-lg border border-line bg-sheet p-1 text-ink shadow-float"
          >
            <DropdownMenu.Item asChild className={ITEM}>
              <a href={`${file}markdown`} download>
                {t("map.exportMarkdown")}
              </a>
            </DropdownMenu.Item>
            <DropdownMenu.Item asChild className={ITEM}>
              <a href={`${file}json`} download>
                {t("map.exportJson")}
              </a>
            </DropdownMenu.Item>
            <DropdownMenu.Item className={ITEM} onSelect={() => (wanted.current = true)}>
              {t("share:menu")}
            </DropdownMenu.Item>
            <DropdownMenu.Item className={ITEM} onSelect={copy}>
              {t("map.copyLink")}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <span role="status" className="text-soft text-xs">
        {said}
      </span>
      {sharing ? (
        <ShareDialog roadmapId={roadmap.roadmap_id} title={roadmap.title} onClose={() => setSharing(false)} />
      ) : null}
    </div>
  );
}
