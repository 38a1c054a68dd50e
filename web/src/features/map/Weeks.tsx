import { Link } from "@tanstack/react-router";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Concept } from "../../api/types";
import { StatusMark } from "../../ui/StatusMark";
import type { LearnedAt } from "../learn/queries";
import { shownOf } from "../learn/Way";
import type { Week, WeekEntry } from "./weeks";

interface Props {
  roadmapId: string;
  weeks: readonly Week<Concept>[];
  pace: number;
  onPace: (pace: number) => void;
  learned: LearnedAt;
}

/** What to do in which week, at a pace that can be tried out. */
export function Weeks({ roadmapId, weeks, pace, onPace, learned }: Props) {
  const { t } = useTranslation(["learn", "common"]);
  const id = useId();
  return (
    <section>
      <div className="mb-6 flex flex-wrap items-center gap-x-3 gap-y-1">
        <label htmlFor={id} className="font-medium">
          {t("weeks.pace")}
        </label>
        <input
          id={id}
          type="number"
          min={0.5}
          max={168}
          step={0.5}
          value={pace}
          aria-describedby={`${id}-hint`}
          onChange={({ target }) => {
            if (target.valueAsNumber >= 0.25 && target.valueAsNumber <= 168) onPace(target.valueAsNumber);
          }}
          className="min-h-11 w-24 rounded-lg border border-edge bg-sheet px-3 text-base"
        />
        <p role="status" className="font-medium">
          {t("weeks.takes", { weeks: t("common:weeks", { count: weeks.length }) })}
        </p>
        <p id={`${id}-hint`} className="basis-full text-soft text-xs">
          {t("weeks.paceHint")}
        </p>
      </div>
      <ol className="space-y-6">
        {weeks.map((week) => (
          <li key={week.number}>
            <div className="mb-1 flex items-baseline justify-between border-line border-b pb-1.5">
              <h2 className="text-base">{t("map.week", { number: week.number })}</h2>
              <p className="text-soft text-xs">
                {t("weeks.hours", {
                  hours: t("common:hoursShort", { value: week.hours }),
                  pace: t("common:hoursShort", { value: pace }),
                })}
              </p>
            </div>
            <ul>
              {week.entries.map((entry) => (
                <Entry key={entry.concept.concept_id} {...{ roadmapId, entry, learned }} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Entry({
  roadmapId,
  entry: { concept, hours, continued },
  learned,
}: {
  roadmapId: string;
  entry: WeekEntry<Concept>;
  learned: LearnedAt;
}) {
  const { t } = useTranslation(["learn", "common"]);
  const value = t("common:hoursShort", { value: hours });
  const note = concept.optional
    ? t("weeks.optional", { hours: value })
    : continued
      ? t("weeks.continued")
      : "";
  return (
    <li>
      <Link
        to="/roadmap/$roadmapId/learn/$conceptId"
        params={{ roadmapId, conceptId: concept.concept_id }}
        className="flex min-h-11 items-center gap-2.5 rounded-lg px-2 py-1.5 hover:bg-moss-wash"
      >
        <StatusMark status={shownOf(concept, learned)} />
        <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
          {concept.name}
          {note && <span className="text-soft">{` · ${note}`}</span>}
        </span>
        {!concept.optional && <span className="shrink-0 text-soft tabular-nums">{value}</span>}
      </Link>
    </li>
  );
}
