import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../api/types";
import type { TaskEvent } from "../../events/event";
import { Shape, type Shown } from "../../ui/StatusMark";
import { roundsOf, type Station, type StationState, stationsOf } from "./flow";
import { Made } from "./Made";

/** The way as a picture that is a list: five stations on a line, each opens what it produced. */
export function Flow({ task, events }: { task: Task; events: readonly TaskEvent[] }) {
  const { t } = useTranslation("task");
  const [open, setOpen] = useState<Station | null>(null);
  const panel = useId();
  const rounds = roundsOf(events);
  const stations = stationsOf(task);
  return (
    <div>
      <ol
        aria-label={t("flow.label")}
        className="relative grid grid-cols-1 gap-y-1 sm:auto-cols-fr sm:grid-flow-col sm:grid-cols-none"
      >
        {stations.map(({ station, state }, index) => {
          const loop =
            station === "check" && rounds.fixes > 0
              ? t("flow.fixes", { count: rounds.fixes })
              : station === "decide" && rounds.changes > 0
                ? t("flow.changes", { count: rounds.changes })
                : "";
          return (
            <li key={station} className="relative">
              {index < stations.length - 1 ? <Rail done={state === "done"} /> : null}
              <button
                type="button"
                aria-expanded={open === station}
                aria-controls={panel}
                aria-current={state === "current" ? "step" : undefined}
                onClick={() => setOpen(open === station ? null : station)}
                className="relative flex min-h-11 w-full items-center gap-3 rounded-lg py-1 text-start hover:bg-moss-wash sm:flex-col sm:items-start sm:gap-1.5 sm:py-2"
              >
                <svg
                  viewBox="0 0 16 16"
                  className={`size-5 shrink-0 rounded-full bg-paper ${inkOf(state, task)}`}
                  fill="currentColor"
                  aria-hidden="true"
                >
                  <Shape status={markOf(state, task)} />
                </svg>
                <span>
                  <span className={`block ${state === "ahead" ? "text-soft" : "font-medium"}`}>
                    {t(`flow.${station}`)}
                  </span>
                  <span
                    className={
                      state === "current" || state === "failedHere" || state === "stoppedHere"
                        ? `block text-xs ${inkOf(state, task)}`
                        : "sr-only"
                    }
                  >
                    {t(`flow.${state}`)}
                  </span>
                  {loop ? (
                    <span className="flex items-center gap-1 text-soft text-xs">
                      <Loop />
                      {loop}
                    </span>
                  ) : null}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      <div id={panel}>{open ? <Made task={task} station={open} /> : null}</div>
    </div>
  );
}

const INK: Record<StationState, string> = {
  done: "text-moss",
  current: "text-ochre",
  ahead: "text-soft",
  stoppedHere: "text-soft",
  failedHere: "text-rust",
};

/** What waits for the person has the colour of decisions. */
function inkOf(state: StationState, task: Task): string {
  return state === "current" && task.status === "human_review_pending" ? "text-lake" : INK[state];
}

function markOf(state: StationState, task: Task): Shown {
  switch (state) {
    case "done":
      return "completed";
    case "ahead":
      return "pending";
    case "failedHere":
      return "failed";
    case "stoppedHere":
      return "cancelled";
    case "current":
      if (task.status === "paused") return "paused";
      return task.status === "human_review_pending" ? "human_review_pending" : "generating";
    default:
      return state satisfies never;
  }
}

/** The stretch to the next station: solid where one has been, dotted where it still goes. */
function Rail({ done }: { done: boolean }) {
  const look = done ? "border-moss border-solid" : "border-edge border-dotted";
  return (
    <span
      aria-hidden="true"
      className={`absolute max-sm:top-8 max-sm:-bottom-3 max-sm:start-[9px] max-sm:border-s-2 sm:top-[18px] sm:end-0 sm:start-5 sm:border-t-2 ${look}`}
    />
  );
}

function Loop() {
  return (
    <svg
      viewBox="0 0 16 16"
      className="size-3"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      aria-hidden="true"
    >
      <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3" />
    </svg>
  );
}
