import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, ask } from "../../api/client";

/** How to use it from a phone or another computer; nothing when the server does not say. */
export function Reach() {
  const { t } = useTranslation("home");
  const reach = useQuery({
    queryKey: ["reach"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/reach", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (!reach.data) return null;
  const { only_this_machine, addresses, public_url, tunnel } = reach.data;
  return (
    <details className="mt-12 border-line border-t pt-4 text-soft">
      <summary className="min-h-6 w-fit rounded font-medium">{t("another")}</summary>
      <div className="mt-2 space-y-2">
        <p>{only_this_machine ? t("anotherOnly") : t("anotherOpen")}</p>
        {tunnel ? <Copyable text={tunnel} /> : null}
        {[public_url, ...addresses]
          .filter((one) => one !== null)
          .map((one) => (
            <Copyable key={one} text={one} />
          ))}
      </div>
    </details>
  );
}

function Copyable({ text }: { text: string }) {
  return (
    <p>
      <code className="rounded bg-line/60 px-2 py-1 font-mono text-ink [overflow-wrap:anywhere]">{text}</code>
    </p>
  );
}
