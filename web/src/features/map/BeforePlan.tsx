import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Roadmap } from "../../api/types";
import { buttonLook } from "../../ui/Button";
import { StatusMark } from "../../ui/StatusMark";
import { TellMe } from "../task/TellMe";
import { contourPath, trailPath } from "./curves";
import "./map.css";

/** A roadmap that has no plan yet: what is happening, and where to see more. */
export function BeforePlan({ roadmap }: { roadmap: Roadmap }) {
  const { t } = useTranslation("learn");
  const task = roadmap.active_task;
  const taskId = task?.task_id ?? Object.keys(roadmap.as_of)[0];
  const waits = task?.status === "human_review_pending";
  const works = task !== null && !waits && task.status !== "paused";
  return (
    <section className="max-w-xl space-y-4" role="status">
      <Sketch />
      <p className="flex items-baseline gap-2.5 font-serif text-lg">
        <StatusMark status={task ? (works ? "generating" : task.status) : "cancelled"} />
        {works
          ? t("map.designing")
          : waits
            ? t("map.review")
            : task
              ? t("map.pausedPlan")
              : t("map.failedPlan")}
      </p>
      {works && <p className="text-soft">{t("map.designingText")}</p>}
      {taskId && (
        <Link to="/tasks/$taskId" params={{ taskId }} className={buttonLook(works ? "plain" : "primary")}>
          {works ? t("map.openTask") : waits ? t("map.reviewLink") : t("map.openTaskWhy")}
        </Link>
      )}
      {works && <TellMe />}
    </section>
  );
}

/** Empty land with a way that is only sketched. */
function Sketch() {
  const stops = [
    { x: 40, y: 120, heading: 1 as const },
    { x: 170, y: 68, heading: 1 as const },
    { x: 300, y: 110, heading: 1 as const },
    { x: 430, y: 62, heading: 1 as const },
  ];
  return (
    <svg viewBox="-45 -50 560 260" className="w-full" aria-hidden="true">
      {[26, 0, -26].map((out) => (
        <path key={out} d={contourPath(470, 160, out, 3)} className="contour" />
      ))}
      {stops.slice(1).map((stop, index) => (
        <path key={stop.x} d={trailPath(stops[index] ?? stop, stop, 14)} className="line line-then" />
      ))}
      {stops.map(({ x, y }) => (
        <circle key={x} cx={x} cy={y} r="8" fill="none" stroke="var(--edge)" strokeWidth="2" />
      ))}
    </svg>
  );
}
