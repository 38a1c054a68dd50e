import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, ask } from "../../api/client";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { CopyLine } from "./CopyLine";
import { Part } from "./Part";

/** How a phone or another computer gets here. */
export function ReachPart() {
  const { t } = useTranslation("settings");
  const reach = useQuery({
    queryKey: ["reach"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/reach", { signal })),
  });
  const { only_this_machine: closed, addresses = [], public_url: outside, tunnel } = reach.data ?? {};
  const all = [...new Set([...(outside ? [outside] : []), ...addresses])];
  return (
    <Part id="reach" title={t("parts.reach")} note={closed ? t("reach.closed") : undefined}>
      {reach.isPending ? <Bars lines={2} /> : null}
      {reach.isError ? <Problem error={reach.error} onRetry={() => void reach.refetch()} /> : null}
      {reach.data ? (
        <ol className="list-decimal space-y-4 ps-5">
          {tunnel ? (
            <li>
              <p className="mb-2">{t("reach.tunnel")}</p>
              <CopyLine text={tunnel} label={t("reach.copyTunnel")} />
            </li>
          ) : null}
          <li>
            <p className="mb-2">{tunnel ? t("reach.thenOpen") : t("reach.open")}</p>
            {all.map((address) => (
              <CopyLine key={address} text={address} label={t("reach.copyAddress", { address })} />
            ))}
          </li>
        </ol>
      ) : null}
    </Part>
  );
}
