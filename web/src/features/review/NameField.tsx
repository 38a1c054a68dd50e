import { useTranslation } from "react-i18next";
import { renamed } from "./plan";
import { useEdit, useFocusTurn } from "./useEdit";

/** The name of a node, edited in place; what is wrong with the node stands under it. */
export function NameField({
  id,
  name,
  label,
  look,
}: {
  id: string;
  name: string;
  label: string;
  look: string;
}) {
  const { t } = useTranslation("review");
  const { plan, change, brokenAt } = useEdit();
  const ref = useFocusTurn<HTMLTextAreaElement>(id);
  const broken = brokenAt(id).filter((one) => one.rule !== "hours");
  return (
    <div className="min-w-0 flex-1">
      <textarea
        ref={ref}
        rows={1}
        aria-label={label}
        value={name}
        maxLength={300}
        onChange={(event) =>
          change(renamed(plan, id, event.target.value.replace(/\s*\n\s*/g, " ")), `name ${id}`)
        }
        aria-invalid={broken.length > 0 ? true : undefined}
        aria-describedby={broken.length > 0 ? `broken-${id}` : undefined}
        className={`field-sizing-content block w-full min-w-0 resize-none rounded-md border border-transparent bg-transparent px-2 py-1.5 hover:border-edge focus:border-edge focus:bg-paper aria-invalid:border-rust ${look}`}
      />
      {broken.length > 0 ? (
        <ul id={`broken-${id}`} className="px-2 text-rust text-xs">
          {broken.map((one) => (
            <li key={`${one.rule} ${one.other}`}>{t(`rule.${one.rule}`, { other: one.other ?? "" })}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
