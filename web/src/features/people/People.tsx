import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../../ui/clock";
import { useFormat } from "../../ui/format";
import { Menu } from "../../ui/Menu";
import { Pages } from "../../ui/Pages";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { type Act, Acting } from "./Acting";
import { Block } from "./Block";
import { PAGE, type Person, peopleQuery } from "./server";

/** Everybody with an account, newest first. */
export function People({ myId }: { myId: string | undefined }) {
  const { t } = useTranslation("people");
  const [words, setWords] = useState("");
  const [offset, setOffset] = useState(0);
  const [asked, setAsked] = useState<{ person: Person; act: Act }>();
  const sought = useDeferredValue(words.trim());
  const people = useQuery(peopleQuery(sought, offset));
  const all = people.data?.users ?? [];
  return (
    <Block title={t("people.title")}>
      <input
        type="search"
        aria-label={t("people.search")}
        placeholder={t("people.search")}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setOffset(0);
        }}
        className="min-h-11 w-full rounded-lg border border-edge bg-sheet px-3 placeholder:text-soft sm:max-w-sm"
      />
      {people.isPending ? <Bars lines={4} /> : null}
      {people.isError && !people.data ? (
        <Problem error={people.error} onRetry={() => void people.refetch()} />
      ) : null}
      {people.data && all.length === 0 ? <p role="status">{t("people.none")}</p> : null}
      <ul
        aria-label={t("people.title")}
        className="divide-y divide-line rounded-lg border border-line bg-sheet empty:hidden"
      >
        {all.map((person) => (
          <Row
            key={person.user_id}
            person={person}
            mine={person.user_id === myId}
            onAct={(act) => setAsked({ person, act })}
          />
        ))}
      </ul>
      <Pages offset={offset} limit={PAGE} total={people.data?.total ?? 0} onMove={setOffset} />
      {asked ? <Acting {...asked} onClose={() => setAsked(undefined)} /> : null}
    </Block>
  );
}

function Row({ person, mine, onAct }: { person: Person; mine: boolean; onAct: (act: Act) => void }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const now = useNow();
  const facts = [
    t(`role.${person.role}`),
    t("people.since", { date: format.day(person.created_at) }),
    person.last_seen_at ? t("people.seen", { ago: format.ago(person.last_seen_at, now) }) : t("people.never"),
  ];
  const acts: Act[] = [
    person.role === "admin" ? "learner" : "admin",
    person.disabled ? "enable" : "disable",
    "reset",
    "delete",
  ];
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium [overflow-wrap:anywhere]">
          {person.email}
          {mine ? <span className="font-normal text-soft">{` · ${t("people.you")}`}</span> : null}
          {person.disabled ? <span className="text-rust">{` · ${t("people.disabled")}`}</span> : null}
        </p>
        <p className="text-soft text-xs">{facts.join(" · ")}</p>
      </div>
      <Menu
        label={t("people.menu", { email: person.email ?? "" })}
        items={acts.map((act) => ({
          label: t(`act.${act}.menu`),
          onSelect: () => onAct(act),
          danger: act === "delete" || act === "disable",
        }))}
      />
    </li>
  );
}
