import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { buttonLook } from "../../ui/Button";
import { useFormat } from "../../ui/format";
import { Problem } from "../../ui/Problem";
import { CopyButton } from "../markdown/CopyButton";
import { safeLink } from "../markdown/urls";
import { Lines } from "./ItemState";
import { OldVersion, Versions } from "./Lesson";
import type { Ordering } from "./ordering";
import { type Place, type Resource, type ResourcesAnswer, resourcesQuery } from "./queries";

/** Checked links, or searches worth making where nothing could be checked. */
export function Links({ place, ordering }: { place: Place; ordering: Ordering }) {
  const { t } = useTranslation("learn");
  const newest = useQuery(resourcesQuery(place));
  const [chosen, setChosen] = useState<number>();
  const latest = newest.data?.version ?? 1;
  const version = Math.min(chosen ?? latest, latest);
  const old = useQuery({ ...resourcesQuery(place, version), enabled: version < latest });
  const { data, isError, error, refetch } = version < latest ? old : newest;
  if (isError) return <Problem error={error} onRetry={() => refetch()} />;
  if (!data) return <Lines />;
  return (
    <div className="max-w-3xl space-y-6">
      {version < latest && <OldVersion {...{ version, latest }} onLatest={() => setChosen(undefined)} />}
      <LinkList answer={data} />
      <div className="flex flex-wrap gap-2">
        <button type="button" className={buttonLook()} onClick={ordering.openWish}>
          {t("anew.button.resources")}
        </button>
        <Versions latest={latest} version={version} onChoose={setChosen} />
      </div>
    </div>
  );
}

type Answer = Pick<ResourcesAnswer, "resources" | "note" | "suggestions">;

/** The links themselves, or searches in their place. */
export function LinkList({ answer }: { answer: Answer }) {
  if (answer.resources.length === 0) return <Suggestions answer={answer} />;
  return (
    <ul className="divide-y divide-line border-line border-y">
      {answer.resources.map((one) => (
        <Found key={one.url} resource={one} />
      ))}
    </ul>
  );
}

function Found({ resource }: { resource: Resource }) {
  const { t, i18n } = useTranslation("learn");
  const format = useFormat();
  const link = safeLink(resource.url, location.origin);
  const host = URL.canParse(resource.url) ? new URL(resource.url).hostname : "";
  const language = new Intl.DisplayNames(i18n.language, { type: "language", fallback: "code" });
  return (
    <li className="py-4">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        {link ? (
          <a
            href={link.href}
            target="_blank"
            rel="noopener noreferrer"
            lang={resource.language}
            className="prose-link font-medium text-base"
          >
            {resource.title}
            <span className="sr-only">{` (${t("markdown.opensBeside")})`}</span>
          </a>
        ) : (
          <span className="font-medium text-base">{resource.title}</span>
        )}
        <span className="text-soft text-xs">{host}</span>
      </div>
      <p className="mt-1 max-w-[68ch]" lang={resource.language}>
        {resource.description}
      </p>
      <p className="mt-1.5 flex flex-wrap gap-x-3 text-soft text-xs">
        <span>{t(`links.type.${resource.type}`)}</span>
        <span>{named(language, resource.language)}</span>
        <Alive status={resource.status} />
        <span>{t("links.checkedOn", { date: format.day(resource.checked_at) })}</span>
      </p>
    </li>
  );
}

function named(names: Intl.DisplayNames, tag: string): string {
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag; // not a language tag
  }
}

function Alive({ status }: { status: Resource["status"] }) {
  const { t } = useTranslation("learn");
  const alive = status === "alive";
  return (
    <span className={`inline-flex items-center gap-1 ${alive ? "text-moss" : "text-ochre"}`}>
      <svg viewBox="0 0 16 16" className="size-3" aria-hidden="true">
        {alive ? (
          <circle cx="8" cy="8" r="6.5" fill="currentColor" />
        ) : (
          <circle
            cx="8"
            cy="8"
            r="5.5"
            fill="none"
            stroke="currentColor"
            strokeWidth="2"
            strokeDasharray="3 2.5"
          />
        )}
      </svg>
      {t(`links.${status}`)}
    </span>
  );
}

function Suggestions({ answer }: { answer: Answer }) {
  const { t } = useTranslation("learn");
  const suggestions = answer.suggestions ?? [];
  if (answer.note !== "no_search_provider") return <p className="py-4">{t("links.none")}</p>;
  return (
    <section className="space-y-4">
      <h2 className="text-base">{t("links.noProvider")}</h2>
      <p className="max-w-[68ch] text-soft">
        {t("links.noProviderText")}{" "}
        <Link to="/settings" className="prose-link">
          {t("links.settings")}
        </Link>
      </p>
      <ul className="divide-y divide-line border-line border-y">
        {suggestions.map(({ query, type, why }) => (
          <li key={query} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
            <div className="min-w-0 flex-1 basis-72">
              <p className="font-medium text-base">{query}</p>
              <p className="text-soft">{`${t(`links.type.${type}`)} · ${why}`}</p>
            </div>
            <div className="flex flex-wrap items-center gap-1">
              <CopyButton text={query} label={t("links.copyQuery", { query })} />
              <a
                href={`https://duckduckgo.com/?q=${encodeURIComponent(query)}`}
                target="_blank"
                rel="noopener noreferrer"
                className="prose-link inline-flex min-h-11 items-center px-2"
              >
                {t("links.searchWith")}
                <span className="sr-only">{`: ${query} (${t("markdown.opensBeside")})`}</span>
              </a>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
