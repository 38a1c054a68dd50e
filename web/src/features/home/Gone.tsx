import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { RoadmapSummary } from "../../api/types";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { useWords } from "../../ui/words";
import { useTrash } from "../trash/useTrash";

/** Which roadmap has just gone to the trash, and a way back; the focus that was on its card comes here. */
export function Gone({ roadmap, onBack }: { roadmap: RoadmapSummary | undefined; onBack: () => void }) {
  const { t } = useTranslation("home");
  const words = useWords();
  const note = useRef<HTMLDivElement>(null);
  const back = useTrash(onBack);
  useEffect(() => {
    if (roadmap) note.current?.focus();
  }, [roadmap]);
  return (
    <div ref={note} tabIndex={-1} role="status" className="rounded-lg outline-offset-4">
      {roadmap ? (
        <>
          <p className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg bg-moss-wash px-4 py-2">
            <span className="min-w-0 break-words">{t("removed", { title: roadmap.title })}</span>
            <Button small busy={back.isPending} onClick={() => back.mutate({ roadmap, way: "restore" })}>
              {t("removedBack")}
            </Button>
          </p>
          <Said error={back.isError ? words.refusal(back.error) : undefined} />
        </>
      ) : null}
    </div>
  );
}
