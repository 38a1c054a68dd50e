import { useDroppable } from "@dnd-kit/core";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Menu } from "../../ui/Menu";
import { ConceptEdit } from "./ConceptEdit";
import { NameField } from "./NameField";
import { type PlanModule, type PlanStage, removed, shifted, withConcept, withModule } from "./plan";
import { useEdit } from "./useEdit";

/** Up, down and delete for a stage or a module; an edge has no way over it. */
function useNodeItems(id: string, name: string, first: boolean, last: boolean) {
  const { t } = useTranslation("review");
  const { plan, change, say } = useEdit();
  return [
    ...(first ? [] : [{ label: t("up"), onSelect: () => change(shifted(plan, id, -1)) }]),
    ...(last ? [] : [{ label: t("down"), onSelect: () => change(shifted(plan, id, 1)) }]),
    {
      label: t("delete"),
      danger: true,
      onSelect: () => {
        change(removed(plan, id));
        say(t("deleted", { name }));
      },
    },
  ];
}

export function StageEdit({
  stage,
  number,
  first,
  last,
}: {
  stage: PlanStage;
  number: number;
  first: boolean;
  last: boolean;
}) {
  const { t } = useTranslation("review");
  const { plan, change, focusOn } = useEdit();
  const items = useNodeItems(stage.id, stage.name, first, last);
  return (
    <li className="rounded-lg border border-line bg-sheet p-3 sm:p-5">
      <div className="mb-3 flex items-start gap-2">
        <NameField
          id={stage.id}
          name={stage.name}
          label={t("stageName", { number })}
          look="text-base font-semibold"
        />
        <Menu label={t("menu", { name: stage.name })} items={items} />
      </div>
      <ol className="space-y-4">
        {stage.modules.map((module, index) => (
          <ModuleEdit
            key={module.id}
            module={module}
            first={index === 0}
            last={index === stage.modules.length - 1}
          />
        ))}
      </ol>
      <Button
        small
        look="quiet"
        className="mt-3"
        onClick={() => {
          const [next, id] = withModule(plan, stage.id, t("newModule"), t("newConcept"));
          change(next);
          focusOn(id);
        }}
      >
        {t("addModule")}
      </Button>
    </li>
  );
}

function ModuleEdit({ module, first, last }: { module: PlanModule; first: boolean; last: boolean }) {
  const { t } = useTranslation("review");
  const { plan, change, focusOn } = useEdit();
  const { setNodeRef, isOver } = useDroppable({ id: module.id });
  const items = useNodeItems(module.id, module.name, first, last);
  return (
    <li ref={setNodeRef} className={`border-s-2 ps-2 sm:ps-4 ${isOver ? "border-moss" : "border-moss/30"}`}>
      <div className="mb-1 flex items-start gap-2">
        <NameField id={module.id} name={module.name} label={t("moduleName")} look="text-soft" />
        <Menu label={t("menu", { name: module.name })} items={items} />
      </div>
      <ol>
        {module.concepts.map((concept, index) => (
          <ConceptEdit key={concept.id} concept={concept} module={module} index={index} />
        ))}
      </ol>
      <Button
        small
        look="quiet"
        className="mt-1"
        onClick={() => {
          const [next, id] = withConcept(plan, module.id, t("newConcept"));
          change(next);
          focusOn(id);
        }}
      >
        {t("addConcept")}
      </Button>
    </li>
  );
}
