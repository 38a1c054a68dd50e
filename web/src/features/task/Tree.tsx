import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { stepsQuery } from "../../api/queries";
import {
  type Concept,
  type Framework,
  isTerminal,
  type Module,
  type Stage,
  type Task,
} from "../../api/types";
import { useFormat } from "../../ui/format";
import { StatusMark } from "../../ui/StatusMark";
import { type OutlineStage, previewOf } from "./produced";

/** The plan with the state of every part; fills in by itself. `marks`: once there is content to speak of. */
export function Tree({ framework, marks }: { framework: Framework; marks: boolean }) {
  const { t } = useTranslation("task");
  const leftOut = framework.left_out ?? [];
  return (
    <div className="space-y-6">
      <ol className="space-y-6">
        {framework.stages.map((stage, index) => (
          <StageBlock
            key={stage.stage_id}
            stage={stage}
            number={index + 1}
            marks={marks}
            roadmapId={framework.roadmap_id}
          />
        ))}
      </ol>
      {leftOut.length > 0 ? (
        <div>
          <h3 className="mb-1 font-semibold text-soft">{t("tree.left")}</h3>
          <ul className="list-disc ps-5 text-soft">
            {leftOut.map((one) => (
              <li key={one.name}>{one.reason ? `${one.name}: ${one.reason}` : one.name}</li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  );
}

const StageBlock = memo(function StageBlock({
  stage,
  number,
  marks,
  roadmapId,
}: {
  stage: Stage;
  number: number;
  marks: boolean;
  roadmapId: string;
}) {
  const { t } = useTranslation("task");
  const { t: common } = useTranslation();
  const format = useFormat();
  const hours = stage.modules.reduce((sum, module) => sum + hoursOf(module), 0);
  return (
    <li>
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="text-base">
          <span className="me-2 font-normal text-soft">{t("tree.stage", { number })}</span>
          {stage.name}
        </h3>
        <span className="text-soft tabular-nums">{common("hoursShort", { value: format.short(hours) })}</span>
      </div>
      <ol className="space-y-3 border-moss/30 border-s-2 ps-4">
        {stage.modules.map((module) => (
          <ModuleBlock key={module.module_id} module={module} marks={marks} roadmapId={roadmapId} />
        ))}
      </ol>
    </li>
  );
});

function hoursOf(module: Module): number {
  return module.concepts.reduce((sum, concept) => sum + concept.estimated_hours, 0);
}

const ModuleBlock = memo(function ModuleBlock({
  module,
  marks,
  roadmapId,
}: {
  module: Module;
  marks: boolean;
  roadmapId: string;
}) {
  return (
    <li>
      <h4 className="text-soft">{module.name}</h4>
      <ol>
        {module.concepts.map((concept) => (
          <ConceptLine key={concept.concept_id} concept={concept} marks={marks} roadmapId={roadmapId} />
        ))}
      </ol>
    </li>
  );
});

/** Lines out of sight are neither laid out nor drawn: where hundreds of marks turn, that is most of the work. */
const ConceptLine = memo(function ConceptLine({
  concept,
  marks,
  roadmapId,
}: {
  concept: Concept;
  marks: boolean;
  roadmapId: string;
}) {
  const { t } = useTranslation("task");
  const { t: common } = useTranslation();
  const format = useFormat();
  const open = marks && concept.content_version !== null;
  return (
    <li className="flex min-h-9 items-center gap-3 py-0.5 [contain-intrinsic-block-size:auto_2.25rem] [content-visibility:auto]">
      {marks ? (
        <StatusMark status={concept.overall_status} />
      ) : (
        <span aria-hidden="true" className="size-1.5 shrink-0 rounded-full bg-edge" />
      )}
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {open ? (
          <Link
            to="/roadmap/$roadmapId/learn/$conceptId"
            params={{ roadmapId, conceptId: concept.concept_id }}
            className="rounded hover:underline"
          >
            {concept.name}
          </Link>
        ) : (
          concept.name
        )}
        {concept.optional ? <span className="ms-2 text-soft text-xs">{t("tree.optional")}</span> : null}
      </span>
      {marks ? (
        <span className="flex gap-1.5">
          <Part label={common("content.tutorial")} status={concept.content_status} />
          <Part label={common("content.resources")} status={concept.resources_status} />
          <Part label={common("content.quiz")} status={concept.quiz_status} />
        </span>
      ) : (
        <span className="text-soft tabular-nums">
          {common("hoursShort", { value: format.short(concept.estimated_hours) })}
        </span>
      )}
    </li>
  );
});

function Part({ label, status }: { label: string; status: Concept["content_status"] }) {
  const { t } = useTranslation();
  return (
    <span title={`${label}: ${t(`status.${status}`)}`} className="inline-flex">
      <span className="sr-only">{label}</span>
      <StatusMark status={status} />
    </span>
  );
}

/** The plan before there is one: stages and modules as outlined, concepts as they are designed. */
export function Preview({ task }: { task: Task }) {
  const { t } = useTranslation("task");
  const designing = task.status === "processing" && task.current_step === "curriculum_design";
  const steps = useQuery({ ...stepsQuery(task.task_id), refetchInterval: designing ? 2000 : false });
  const stages = previewOf(steps.data?.steps ?? []);
  if (stages.length === 0) {
    return isTerminal(task.status) ? null : <p className="py-6 text-soft">{t("tree.empty")}</p>;
  }
  return (
    <div>
      <p className="mb-3 text-soft">{t("tree.preview")}</p>
      <ol className="space-y-6">
        {stages.map((stage, index) => (
          <li key={stage.name}>
            <h3 className="mb-2 text-base">
              <span className="me-2 font-normal text-soft">{t("tree.stage", { number: index + 1 })}</span>
              {stage.name}
            </h3>
            <ol className="space-y-3 border-line border-s-2 ps-4">
              {stage.modules.map((module) => (
                <PreviewModule key={module.name} module={module} />
              ))}
            </ol>
          </li>
        ))}
      </ol>
    </div>
  );
}

function PreviewModule({ module }: { module: OutlineStage["modules"][number] }) {
  const { t } = useTranslation("task");
  return (
    <li>
      <h4 className="text-soft">{module.name}</h4>
      {module.concepts.length > 0 ? (
        <ol>
          {module.concepts.map((name) => (
            <li key={name} className="min-h-8 py-1">
              {name}
            </li>
          ))}
        </ol>
      ) : (
        <p className="text-soft text-xs">{t("made.outline", { count: module.count })}</p>
      )}
    </li>
  );
}
