import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Concept } from "../../api/types";
import { Button } from "../../ui/Button";
import { useFormat } from "../../ui/format";
import { Problem } from "../../ui/Problem";
import { useMedia } from "../../ui/useMedia";
import { Markdown } from "../markdown/Markdown";
import { Contents } from "./Contents";
import { Lines } from "./ItemState";
import type { Ordering } from "./ordering";
import { type Place, type TutorialInfo, textQuery, tutorialsQuery } from "./queries";
import { ReceiptBox } from "./ReceiptBox";
import { readingMinutes } from "./reading";

interface Props {
  place: Place;
  concept: Concept;
  ordering: Ordering;
}

/** A lesson in one of its versions, with what belongs to it at its side. */
export function Lesson({ place, concept, ordering }: Props) {
  const { t } = useTranslation("learn");
  const latest = concept.content_version ?? 1;
  const [chosen, setChosen] = useState<number>();
  const version = Math.min(chosen ?? latest, latest);
  const text = useQuery(textQuery(place, version));
  const versions = useQuery(tutorialsQuery(place));
  const article = useRef<HTMLElement>(null);
  const info = versions.data?.tutorials.find((one) => one.version === version);
  const tools = (
    <>
      <Versions latest={latest} version={version} onChoose={setChosen} />
      <Button className="w-full max-xl:w-auto" onClick={ordering.openWish}>
        {t("anew.button.tutorial")}
      </Button>
    </>
  );
  return (
    <div className="lesson">
      <aside className="lesson-aside">
        <Facts text={text.data} concept={concept} info={info} />
        {text.data && <Folding of={article} text={text.data} />}
        <div className="space-y-2 max-xl:hidden">{tools}</div>
      </aside>
      <article ref={article} className="min-w-0">
        {version < latest && <OldVersion {...{ version, latest }} onLatest={() => setChosen(undefined)} />}
        {text.isError && <Problem error={text.error} onRetry={() => text.refetch()} />}
        {text.isPending && <Lines />}
        {text.data && <Markdown text={text.data} />}
        <div className="mt-10 flex flex-wrap gap-2 xl:hidden">{tools}</div>
      </article>
    </div>
  );
}

function Facts({
  text,
  concept,
  info,
}: {
  text?: string | undefined;
  concept: Concept;
  info?: TutorialInfo | undefined;
}) {
  const { t } = useTranslation(["learn", "common"]);
  const format = useFormat();
  return (
    <div className="space-y-1">
      {text && (
        <p>
          {t("page.reading", { count: readingMinutes(text) })}
          <span className="text-soft">
            {" · "}
            {t("page.hours", { hours: t("common:hours", { count: concept.estimated_hours }) })}
          </span>
        </p>
      )}
      {info && <ReceiptBox receipt={info.receipt} />}
      {info && (
        <p className="text-soft text-xs max-xl:hidden">
          {`${t("page.made", { date: format.day(info.created_at) })} · ${t("page.model", { model: info.model })}`}
        </p>
      )}
    </div>
  );
}

/** The table of contents: beside the text where there is room, else folded above it. */
function Folding({ of, text }: { of: React.RefObject<HTMLElement | null>; text: string }) {
  const { t } = useTranslation("learn");
  const wide = useMedia(WIDE);
  if (wide) {
    return (
      <div className="space-y-2">
        <p className="font-medium">{t("page.onThisPage")}</p>
        <Contents of={of} text={text} />
      </div>
    );
  }
  return (
    <details className="border-line border-y py-1">
      <summary className="min-h-9 py-2 font-medium">{t("page.onThisPage")}</summary>
      <div className="pb-3">
        <Contents of={of} text={text} />
      </div>
    </details>
  );
}

const WIDE = "(min-width: 80rem)";

interface VersionsProps {
  latest: number;
  version: number;
  onChoose: (version: number) => void;
}

export function Versions({ latest, version, onChoose }: VersionsProps) {
  const { t } = useTranslation("learn");
  if (latest < 2) return null;
  const all = Array.from({ length: latest }, (_, index) => latest - index);
  return (
    <label className="block">
      <span className="sr-only">{t("versions.label")}</span>
      <select
        value={version}
        onChange={(event) => onChoose(Number(event.target.value))}
        className="min-h-11 w-full rounded-lg border border-edge bg-sheet px-3"
      >
        {all.map((number) => (
          <option key={number} value={number}>
            {number === latest ? t("versions.latest", { number }) : t("versions.one", { number })}
          </option>
        ))}
      </select>
    </label>
  );
}

export function OldVersion({
  version,
  latest,
  onLatest,
}: {
  version: number;
  latest: number;
  onLatest: () => void;
}) {
  const { t } = useTranslation("learn");
  return (
    <p className="mb-6 flex flex-wrap items-center gap-x-3 border-lake border-s-[3px] bg-lake-wash px-4 py-2">
      {t("versions.old", { number: version, latest })}
      <button type="button" className="prose-link min-h-8" onClick={onLatest}>
        {t("versions.toLatest")}
      </button>
    </p>
  );
}
