import { useDraggable, useDroppable } from "@dnd-kit/core";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Menu } from "../../ui/Menu";
import { NameField } from "./NameField";
import { Needs } from "./Needs";
import {
  conceptsOf,
  type Plan,
  type PlanConcept,
  type PlanModule,
  removed,
  stepped,
  withHours,
  withOptional,
} from "./plan";
import { useEdit, useFocusTurn } from "./useEdit";

export function ConceptEdit({
  concept,
  module,
  index,
}: {
  concept: PlanConcept;
  module: PlanModule;
  index: number;
}) {
  const { t } = useTranslation("review");
  const { plan, names, change, focusOn, say } = useEdit();
  const [needs, setNeeds] = useState(false);
  const drop = useDroppable({ id: concept.id });
  const { id, name } = concept;
  const step = (by: -1 | 1) => {
    const next = stepped(plan, id, by);
    if (next === plan) return;
    change(next);
    focusOn(`handle ${id}`);
    say(t("movedTo", { name, ...placeIn(next, id) }));
  };
  const items = [
    { label: t("needs"), onSelect: () => setNeeds(true) },
    {
      label: concept.optional ? t("optionalOff") : t("optionalOn"),
      onSelect: () => change(withOptional(plan, id, !concept.optional)),
    },
    { label: t("up"), onSelect: () => step(-1) },
    { label: t("down"), onSelect: () => step(1) },
    {
      label: t("delete"),
      danger: true,
      onSelect: () => {
        change(removed(plan, id));
        focusOn(module.concepts[index + 1]?.id ?? module.concepts[index - 1]?.id ?? module.id);
        say(t("deleted", { name }));
      },
    },
  ];
  const before = concept.prerequisites.map((one) => names.get(one)).filter((one) => one !== undefined);
  return (
    <li
      ref={drop.setNodeRef}
      className={drop.isOver && drop.active?.id !== id ? "rounded-lg bg-moss-wash ring-2 ring-moss/40" : ""}
    >
      <div className="grid grid-cols-[auto_1fr_auto] items-start gap-x-1 sm:grid-cols-[auto_1fr_auto_auto]">
        <Handle id={id} name={name} onStep={step} />
        <NameField id={id} name={name} label={t("conceptName")} look="" />
        <div className="max-sm:order-last max-sm:col-start-2">
          <HoursField concept={concept} />
        </div>
        <Menu label={t("menu", { name })} items={items} />
      </div>
      {before.length > 0 || concept.optional ? (
        <p className="ms-12 pb-1.5 text-soft text-xs">
          {[
            concept.optional ? t("optional") : "",
            before.length > 0 ? t("needsLine", { names: before.join(", ") }) : "",
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      ) : null}
      {needs ? <Needs concept={concept} concepts={conceptsOf(plan)} onClose={() => setNeeds(false)} /> : null}
    </li>
  );
}

function placeIn(plan: Plan, id: string): { module: string; number: number } {
  for (const stage of plan.stages) {
    for (const module of stage.modules) {
      const at = module.concepts.findIndex((one) => one.id === id);
      if (at >= 0) return { module: module.name, number: at + 1 };
    }
  }
  return { module: "", number: 0 };
}

/** Taken with the pointer, or moved with the arrow keys. */
function Handle({ id, name, onStep }: { id: string; name: string; onStep: (by: -1 | 1) => void }) {
  const { t } = useTranslation("review");
  const drag = useDraggable({ id });
  const ref = useFocusTurn<HTMLButtonElement>(`handle ${id}`);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    onStep(event.key === "ArrowUp" ? -1 : 1);
  };
  return (
    <button
      type="button"
      ref={(node) => {
        ref.current = node;
        drag.setNodeRef(node);
      }}
      {...drag.listeners}
      onKeyDown={onKeyDown}
      aria-label={t("move", { name })}
      className="flex size-9 shrink-0 cursor-grab touch-none items-center justify-center rounded-md text-soft hover:bg-moss-wash active:cursor-grabbing"
    >
      <svg viewBox="0 0 16 16" className="size-4" fill="currentColor" aria-hidden="true">
        <path d="M5 3h2v2H5zM9 3h2v2H9zM5 7h2v2H5zM9 7h2v2H9zM5 11h2v2H5zM9 11h2v2H9z" />
      </svg>
    </button>
  );
}

function HoursField({ concept }: { concept: PlanConcept }) {
  const { t } = useTranslation("review");
  const { plan, change, brokenAt } = useEdit();
  const [text, setText] = useState(String(concept.hours));
  const shown = Number(text) === concept.hours ? text : String(concept.hours);
  const wrong = brokenAt(concept.id).some((one) => one.rule === "hours");
  const id = `hours-${concept.id}`;
  return (
    <div className="shrink-0">
      <div className="flex items-center gap-1">
        <input
          aria-label={t("hoursOf", { name: concept.name })}
          inputMode="decimal"
          type="number"
          step={0.25}
          min={0.25}
          max={8}
          value={Number.isNaN(concept.hours) ? "" : shown}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={wrong ? id : undefined}
          onChange={(event) => {
            setText(event.target.value);
            const hours = event.target.value === "" ? Number.NaN : Number(event.target.value);
            change(withHours(plan, concept.id, hours), `hours ${concept.id}`);
          }}
          className="w-16 rounded-md border border-line bg-transparent px-2 py-1.5 text-end tabular-nums hover:border-edge aria-invalid:border-rust"
        />
        <span className="text-soft">{t("unitHours")}</span>
      </div>
      {wrong ? (
        <p id={id} className="max-w-24 text-rust text-xs">
          {t("rule.hours")}
        </p>
      ) : null}
    </div>
  );
}
