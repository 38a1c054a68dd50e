import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { at } from "../../api/base";
import { Button } from "../../ui/Button";
import { Dialog, Said } from "../../ui/Dialog";
import { Check } from "../../ui/Field";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { useAccounts } from "../login/session";
import { CopyLine } from "../settings/CopyLine";
import { type Share, shareQuery, useShare } from "./server";

/** A link for reading: made, copied, changed for another, taken back. */
export function ShareDialog({
  roadmapId,
  title,
  onClose,
}: {
  roadmapId: string;
  title: string;
  onClose: () => void;
}) {
  const { t } = useTranslation("share");
  const { t: common } = useTranslation();
  const share = useQuery(shareQuery(roadmapId));
  return (
    <Dialog title={t("title", { title })} onClose={onClose} wide>
      <p className="mb-5 text-soft">{t("note")}</p>
      {share.isPending ? <Bars lines={2} /> : null}
      {share.isError ? <Problem error={share.error} onRetry={() => void share.refetch()} /> : null}
      {share.data ? <Link share={share.data} roadmapId={roadmapId} /> : null}
      <div className="mt-6 flex justify-end">
        <Button onClick={onClose}>{common("action.close")}</Button>
      </div>
    </Dialog>
  );
}

function Link({ share, roadmapId }: { share: Share; roadmapId: string }) {
  const { t } = useTranslation("share");
  const words = useWords();
  const accounts = useAccounts();
  const act = useShare(roadmapId);
  // A state of its own: the mutation tells of its start a tick later, and the box would jump back for that tick.
  const [offering, setOffering] = useState<boolean>();
  const [told, setTold] = useState<"made" | "renewed" | "ended">();
  const link = share.url ?? (share.path ? new URL(at(share.path), location.origin).href : undefined);
  const said = (
    <>
      <Said error={act.isError ? words.refusal(act.error) : undefined} />
      <p role="status" className="text-soft">
        {told && !act.isPending ? t(`told.${told}`) : null}
      </p>
    </>
  );
  if (!share.shared || !link) {
    return (
      <>
        <Button
          look="primary"
          busy={act.isPending}
          onClick={() => act.mutate({}, { onSuccess: () => setTold("made") })}
        >
          {t("make")}
        </Button>
        {said}
      </>
    );
  }
  return (
    <div className="space-y-4">
      <CopyLine text={link} label={t("copy")} />
      {accounts ? (
        <Check
          label={t("offer")}
          hint={share.featured ? t("featured") : t("offerHint")}
          checked={offering ?? share.offered}
          onChange={(to) => {
            setOffering(to);
            act.mutate({ offered: to }, { onSettled: () => setOffering(undefined) });
          }}
        />
      ) : (
        <p className="text-soft">{t("onlyHere")}</p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          busy={act.isPending}
          onClick={() => act.mutate({ renew: true }, { onSuccess: () => setTold("renewed") })}
        >
          {t("renew")}
        </Button>
        <Button
          look="danger"
          busy={act.isPending}
          onClick={() => act.mutate("end", { onSuccess: () => setTold("ended") })}
        >
          {t("end")}
        </Button>
      </div>
      {said}
    </div>
  );
}
