import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RoadmapSummary } from "../../api/types";
import { Confirm } from "../../ui/Dialog";
import { Menu } from "../../ui/Menu";
import { ProgressLine } from "../../ui/Shapes";
import { type Shown, StatusMark } from "../../ui/StatusMark";
import { useWords } from "../../ui/words";
import { RoadmapCover } from "../covers/RoadmapCover";
import { Renaming } from "./Renaming";
import { useDuplicate, useRemove } from "./useHome";

export function RoadmapCard({
  roadmap,
  taskId,
  onRemoved,
}: {
  roadmap: RoadmapSummary;
  taskId: string | undefined;
  onRemoved: (roadmap: RoadmapSummary) => void;
}) {
  const { t } = useTranslation("home");
  const words = useWords();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"rename" | "remove" | null>(null);
  const duplicate = useDuplicate(roadmap.roadmap_id);
  const remove = useRemove(roadmap.roadmap_id, () => {
    setOpen(null);
    onRemoved(roadmap);
  });
  const { title, roadmap_id: roadmapId } = roadmap;
  const items = [
    { label: t("rename"), onSelect: () => setOpen("rename") },
    ...(roadmap.progress ? [{ label: t("duplicate"), onSelect: () => duplicate.mutate() }] : []),
    ...(taskId
      ? [
          {
            label: t("menuPlan"),
            onSelect: () => void navigate({ to: "/tasks/$taskId", params: { taskId } }),
          },
        ]
      : []),
    { label: t("remove"), onSelect: () => setOpen("remove"), danger: true },
  ];
  return (
    <li className="group relative flex flex-col overflow-hidden rounded-lg border border-line bg-sheet hover:border-edge">
      <RoadmapCover
        cover={roadmap.cover}
        sizes="(min-width: 640px) 320px, 100vw"
        className="w-full rounded-none"
      />
      <div className="flex flex-1 flex-col p-4">
        <div className="mb-2 flex items-start gap-1">
          <h2 className="flex-1 text-base leading-snug">
            <CardLink roadmapId={roadmapId} taskId={roadmap.progress ? undefined : taskId} title={title} />
          </h2>
          <div className="relative -mt-1.5 -me-2">
            <Menu label={t("menu", { title })} items={items} />
          </div>
        </div>
        <CardFacts roadmap={roadmap} />
        <div role="status">
          {duplicate.data ? (
            <p className="mt-2 text-moss">{t("duplicateDone", { title: duplicate.data.title })}</p>
          ) : null}
          {duplicate.error ? <p className="mt-2 text-rust">{words.refusal(duplicate.error)}</p> : null}
        </div>
      </div>
      {open === "rename" ? (
        <Renaming roadmapId={roadmapId} title={title} onClose={() => setOpen(null)} />
      ) : null}
      {open === "remove" ? (
        <Confirm
          title={t("removeTitle", { title })}
          text={t("removeText")}
          action={t("remove")}
          look="danger"
          busy={remove.isPending}
          error={remove.error ? words.refusal(remove.error) : undefined}
          onConfirm={() => remove.mutate()}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </li>
  );
}

/** The whole card is the link's target; the menu lies above it. */
function CardLink({ roadmapId, taskId, title }: { roadmapId: string; taskId?: string; title: string }) {
  const look = "after:absolute after:inset-0 after:rounded-lg line-clamp-2";
  return taskId ? (
    <Link to="/tasks/$taskId" params={{ taskId }} className={look}>
      {title}
    </Link>
  ) : (
    <Link to="/roadmap/$roadmapId" params={{ roadmapId }} className={look}>
      {title}
    </Link>
  );
}

function CardFacts({ roadmap }: { roadmap: RoadmapSummary }) {
  const { t } = useTranslation("home");
  const { completed, total } = roadmap.learned;
  const status: Shown = total > 0 && completed === total ? "learned" : roadmap.status;
  return (
    <div className="mt-auto">
      {roadmap.next ? (
        <p className="mb-3 line-clamp-2 text-soft">{t("goOnNext", { name: roadmap.next.name })}</p>
      ) : null}
      {total > 0 ? (
        <ProgressLine
          value={Math.round((completed / total) * 100)}
          label={t("learned", { completed, total })}
          className="mb-2.5"
        />
      ) : null}
      <div className="flex flex-wrap items-center justify-between gap-2 text-soft">
        <StatusMark status={status} word />
        <span>{total > 0 ? t("learned", { completed, total }) : t("noPlan")}</span>
      </div>
    </div>
  );
}
