import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { useWords } from "./words";

/** What, why, one button. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <div role="alert" className="rounded-lg border border-line bg-sheet p-6">
      <h2 className="mb-1 text-base">{t("error.title")}</h2>
      <p className="text-soft">{words.refusal(error)}</p>
      {onRetry ? (
        <Button className="mt-4" onClick={onRetry}>
          {t("action.retry")}
        </Button>
      ) : null}
    </div>
  );
}
