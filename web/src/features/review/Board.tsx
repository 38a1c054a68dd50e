import {
  type CollisionDetection,
  closestCenter,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  PointerSensor,
  pointerWithin,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { conceptsOf, moved, type Plan, withStage } from "./plan";
import type { Broken } from "./rules";
import { StageEdit } from "./StageEdit";
import { type Edit, EditContext } from "./useEdit";

/** The tree with everything in it editable. Concepts are dragged with the pointer, or moved by arrow keys. */
export function Board({
  plan,
  broken,
  onChange,
}: {
  plan: Plan;
  broken: Broken[];
  onChange: (plan: Plan, about?: string) => void;
}) {
  const { t } = useTranslation("review");
  const [dragged, setDragged] = useState<string | null>(null);
  const [focus, setFocus] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 6 } }));
  const concepts = conceptsOf(plan);
  const edit: Edit = {
    plan,
    names: new Map(concepts.map((one) => [one.id, one.name])),
    brokenAt: (id) => broken.filter((one) => one.id === id),
    change: onChange,
    focus,
    focusOn: setFocus,
    say: setSaid,
  };

  /** What lies under the pointer, a concept rather than the module around it. */
  const target: CollisionDetection = (args) => {
    const under = pointerWithin(args);
    const concept = under.find((one) => edit.names.has(String(one.id)));
    return concept ? [concept] : under.length > 0 ? under : closestCenter(args);
  };

  function dropped({ active, over }: DragEndEvent) {
    setDragged(null);
    const place = over && placeOf(plan, String(active.id), String(over.id));
    if (!place) return;
    onChange(moved(plan, String(active.id), place.moduleId, place.index));
    setFocus(`handle ${active.id}`);
  }

  return (
    <EditContext value={edit}>
      <p className="sr-only" role="status">
        {said}
      </p>
      {broken
        .filter((one) => one.id === "")
        .map((one) => (
          <p key={one.rule} role="alert" className="mb-3 text-rust">
            {t(`rule.${one.rule}`)}
          </p>
        ))}
      <DndContext
        sensors={sensors}
        collisionDetection={target}
        accessibility={{ announcements: SILENT, screenReaderInstructions: { draggable: "" } }}
        onDragStart={({ active }) => setDragged(String(active.id))}
        onDragCancel={() => setDragged(null)}
        onDragEnd={dropped}
      >
        <ol className="space-y-5">
          {plan.stages.map((stage, index) => (
            <StageEdit
              key={stage.id}
              stage={stage}
              number={index + 1}
              first={index === 0}
              last={index === plan.stages.length - 1}
            />
          ))}
        </ol>
        <DragOverlay dropAnimation={null}>
          {dragged ? (
            <div className="w-max max-w-sm cursor-grabbing rounded-lg border border-moss bg-sheet px-4 py-2 shadow-float">
              {edit.names.get(dragged)}
            </div>
          ) : null}
        </DragOverlay>
      </DndContext>
      <Button
        className="mt-5"
        onClick={() => {
          const [next, id] = withStage(plan, t("newStage"), t("newModule"), t("newConcept"));
          onChange(next);
          setFocus(id);
        }}
      >
        {t("addStage")}
      </Button>
    </EditContext>
  );
}

/** Where a concept lands that is dropped on another (before it, or after it when it comes from above) or on a module. */
function placeOf(plan: Plan, id: string, over: string): { moduleId: string; index: number } | null {
  if (id === over) return null;
  for (const stage of plan.stages) {
    for (const module of stage.modules) {
      if (module.id === over) return { moduleId: module.id, index: module.concepts.length };
      const index = module.concepts.findIndex((one) => one.id === over);
      if (index >= 0) return { moduleId: module.id, index };
    }
  }
  return null;
}

const nothing = () => undefined;
/** The handle says itself what it does, and each move is told in the reader's language. */
const SILENT = {
  onDragStart: nothing,
  onDragOver: nothing,
  onDragEnd: nothing,
  onDragCancel: nothing,
};
