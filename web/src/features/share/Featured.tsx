import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Pages } from "../../ui/Pages";
import { Problem } from "../../ui/Problem";
import { offsetAfter } from "../../ui/paging";
import { Picture } from "../covers/RoadmapCover";
import { PUBLIC_PAGE, publicQuery } from "./server";

/** Roadmaps that are shown to everybody, a page at a time; nothing while there are none. */
export function Featured({ className = "" }: { className?: string }) {
  const { t } = useTranslation(["share", "common"]);
  const id = useId();
  const [offset, setOffset] = useState(0);
  const { data, error, refetch } = useQuery(publicQuery(offset));
  const all = data?.roadmaps ?? [];
  const total = data?.total ?? 0;
  const within = data ? offsetAfter(offset, PUBLIC_PAGE, total) : offset;
  if (within !== offset) setOffset(within);
  if (error && !data && offset > 0) return <Problem error={error} onRetry={() => void refetch()} />;
  if (all.length === 0) return null;
  return (
    <section aria-labelledby={id} className={className}>
      <h2 id={id} className="mb-1 text-lg">
        {t("featuredTitle")}
      </h2>
      <p className="mb-4 text-soft">{t("featuredNote")}</p>
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {all.map((one) => (
          <li
            key={one.token}
            className="group relative flex flex-col overflow-hidden rounded-lg border border-line bg-sheet hover:border-edge"
          >
            <div className="relative aspect-video overflow-hidden bg-moss-wash">
              <Picture cover={one.cover} sizes="(min-width: 640px) 320px, 100vw" />
            </div>
            <div className="p-4">
              <h3 className="text-base leading-snug" lang={one.language}>
                <Link
                  to="/shared/$token"
                  params={{ token: one.token }}
                  className="line-clamp-2 after:absolute after:inset-0 after:rounded-lg"
                >
                  {one.title}
                </Link>
              </h3>
              <p className="mt-1 text-soft">
                {[
                  t("common:concepts", { count: one.concepts }),
                  t("common:hours", { count: one.total_estimated_hours }),
                ].join(" · ")}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <Pages of={t("featuredTitle")} offset={offset} limit={PUBLIC_PAGE} total={total} onMove={setOffset} />
    </section>
  );
}
