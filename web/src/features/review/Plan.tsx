import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Framework, Roadmap, Task, TaskStatus } from "../../api/types";
import { Button } from "../../ui/Button";
import { Tree } from "../task/Tree";
import { AfterSave } from "./AfterSave";
import { Editor } from "./Editor";
import { Findings } from "./Findings";
import { ReviewBar } from "./ReviewBar";
import type { useSave } from "./useSave";
import { Versions } from "./Versions";

type Saved = NonNullable<ReturnType<typeof useSave>["data"]>;

/** The plan, to be read, to be decided on, or to be edited. */
export function Plan({ task, roadmap, framework }: { task: Task; roadmap: Roadmap; framework: Framework }) {
  const { t } = useTranslation("review");
  const [open, setOpen] = useState<"editor" | "versions" | null>(null);
  const [saved, setSaved] = useState<{ answer: Saved; status: TaskStatus } | null>(null);
  /** The editor was left: the focus goes to where one reads on. */
  const left = useRef(false);
  const review = task.status === "human_review_pending" && task.current_step === "human_review";
  const editable = review || roadmap.progress !== null;
  if (open === "editor") {
    return (
      <Editor
        framework={framework}
        version={roadmap.version}
        onDone={(answer) => {
          setSaved(answer && { answer, status: task.status });
          left.current = true;
          setOpen(null);
        }}
      />
    );
  }
  return (
    <section aria-labelledby="plan">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2
          id="plan"
          ref={(heading) => {
            if (!heading || !left.current) return;
            left.current = false;
            heading.focus();
          }}
          tabIndex={-1}
          className="text-lg outline-none"
        >
          {t("plan")}
          <span className="ms-3 font-normal text-sm text-soft">
            {t("version", { version: roadmap.version })}
          </span>
        </h2>
        <div className="flex gap-2">
          <Button small look="quiet" onClick={() => setOpen("versions")}>
            {t("versions")}
          </Button>
          {editable ? (
            <Button small onClick={() => setOpen("editor")}>
              {t("edit")}
            </Button>
          ) : null}
        </div>
      </div>
      {review ? <Findings taskId={task.task_id} /> : null}
      {saved?.status === task.status ? (
        <AfterSave saved={saved.answer} roadmapId={roadmap.roadmap_id} />
      ) : null}
      <div className="rounded-lg border border-line bg-sheet p-4 sm:p-6">
        <Tree framework={framework} marks={roadmap.progress !== null} />
      </div>
      {review ? (
        <ReviewBar task={task} framework={framework} version={task.version ?? roadmap.version} />
      ) : null}
      {open === "versions" ? (
        <Versions roadmapId={roadmap.roadmap_id} framework={framework} onClose={() => setOpen(null)} />
      ) : null}
    </section>
  );
}
