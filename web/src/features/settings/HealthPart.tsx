import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, ask } from "../../api/client";
import { Button } from "../../ui/Button";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { Finding } from "./Finding";
import { Part } from "./Part";

type Known = "database" | "storage";

function isKnown(part: string): part is Known {
  return part === "database" || part === "storage";
}

/** What the server says of itself: whether it can work, and which part cannot. */
export function HealthPart() {
  const { t } = useTranslation("settings");
  const ready = useQuery({
    queryKey: ["health"],
    queryFn: async ({ signal }) => {
      const answer = await api.GET("/api/v1/health/ready", { signal });
      return answer.error && "checks" in answer.error ? answer.error : ask(Promise.resolve(answer));
    },
  });
  return (
    <Part id="health" title={t("parts.health")} note={t("health.note")}>
      {ready.isPending ? <Bars lines={2} /> : null}
      {ready.isError ? <Problem error={ready.error} onRetry={() => void ready.refetch()} /> : null}
      {ready.data ? (
        <>
          <ul className="space-y-3" aria-live="polite">
            {Object.entries(ready.data.checks).map(([part, state]) => (
              <li key={part}>
                <Finding
                  state={state === "ok" ? "ok" : "wrong"}
                  part={isKnown(part) ? t(`health.${part}`) : part}
                  message={state === "ok" ? t("health.works") : t("health.away")}
                />
              </li>
            ))}
          </ul>
          <Button small busy={ready.isFetching} onClick={() => void ready.refetch()}>
            {t("health.again")}
          </Button>
        </>
      ) : null}
    </Part>
  );
}
