import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { useNow } from "../../ui/clock";
import { Said } from "../../ui/Dialog";
import { useFormat } from "../../ui/format";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { deviceOf } from "./device";
import { Section } from "./Section";
import { endOtherSessions, endSession, type Session, sessionsQuery, useChange } from "./server";

/** Where one is signed in, and an end to it. */
export function Sessions() {
  const { t } = useTranslation("account");
  const words = useWords();
  const sessions = useQuery(sessionsQuery());
  const one = useChange(endSession);
  const others = useChange(endOtherSessions);
  const all = sessions.data?.sessions ?? [];
  const failed = one.error ?? others.error;
  return (
    <Section title={t("sessions.title")} note={t("sessions.note")}>
      {sessions.isPending ? <Bars lines={3} /> : null}
      {sessions.isError ? <Problem error={sessions.error} onRetry={() => void sessions.refetch()} /> : null}
      <ul className="divide-y divide-line rounded-lg border border-line empty:hidden">
        {all.map((session) => (
          <Row
            key={session.session_id}
            session={session}
            busy={one.isPending && one.variables === session.session_id}
            onEnd={() => one.mutate(session.session_id)}
          />
        ))}
      </ul>
      <Said error={failed ? words.refusal(failed) : undefined} />
      {all.length > 1 ? (
        <Button busy={others.isPending} onClick={() => others.mutate(undefined)}>
          {t("sessions.endOthers")}
        </Button>
      ) : null}
      <p role="status" className="text-soft">
        {one.isSuccess || others.isSuccess ? t("sessions.ended") : null}
      </p>
    </Section>
  );
}

function Row({ session, busy, onEnd }: { session: Session; busy: boolean; onEnd: () => void }) {
  const { t } = useTranslation("account");
  const format = useFormat();
  const now = useNow();
  const device = deviceOf(session.user_agent);
  const name = device ? t("sessions.device", device) : t("sessions.unknown");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-medium">
          {name}
          {session.current ? <span className="text-moss">{` · ${t("sessions.current")}`}</span> : null}
        </p>
        <p className="text-soft text-xs [overflow-wrap:anywhere]">
          {[
            session.address,
            session.last_used_at && t("lastUsed", { ago: format.ago(session.last_used_at, now) }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
      {session.current ? null : (
        <Button small busy={busy} aria-label={t("sessions.endOf", { name })} onClick={onEnd}>
          {t("sessions.end")}
        </Button>
      )}
    </li>
  );
}
