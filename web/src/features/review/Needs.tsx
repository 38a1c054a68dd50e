import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Check } from "../../ui/Field";
import { type PlanConcept, withPrerequisites } from "./plan";
import { useEdit } from "./useEdit";

/** What a concept needs first: any of the concepts before it. One that is wrongly needed can be taken away here too. */
export function Needs({
  concept,
  concepts,
  onClose,
}: {
  concept: PlanConcept;
  concepts: PlanConcept[];
  onClose: () => void;
}) {
  const { t } = useTranslation("review");
  const { t: common } = useTranslation();
  const { plan, change } = useEdit();
  const place = concepts.findIndex((one) => one.id === concept.id);
  const offered = concepts.filter(
    (one, index) => index < place || (one.id !== concept.id && concept.prerequisites.includes(one.id)),
  );
  return (
    <Dialog title={t("needsTitle", { name: concept.name })} onClose={onClose}>
      {offered.length === 0 ? <p className="text-soft">{t("needsNone")}</p> : null}
      <ul className="space-y-3">
        {offered.map((one) => (
          <li key={one.id}>
            <Check
              label={one.name}
              checked={concept.prerequisites.includes(one.id)}
              onChange={(checked) =>
                change(
                  withPrerequisites(
                    plan,
                    concept.id,
                    checked
                      ? [...concept.prerequisites, one.id]
                      : concept.prerequisites.filter((id) => id !== one.id),
                  ),
                )
              }
            />
          </li>
        ))}
      </ul>
      <div className="mt-6 flex justify-end">
        <Button look="primary" onClick={onClose}>
          {common("action.close")}
        </Button>
      </div>
    </Dialog>
  );
}
