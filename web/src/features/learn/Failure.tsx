import { useTranslation } from "react-i18next";
import { useWords } from "../../ui/words";
import { SECONDARY } from "./buttons";

/** What could not be loaded, why, and one button. */
export function Failure({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation(["learn", "common"]);
  const words = useWords();
  return (
    <div role="alert" className="max-w-[60ch] space-y-3 py-6">
      <p className="font-medium text-base">{t("page.error")}</p>
      <p className="text-soft">{words.refusal(error)}</p>
      <button type="button" className={SECONDARY} onClick={again}>
        {t("common:action.reload")}
      </button>
    </div>
  );
}
