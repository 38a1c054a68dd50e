import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Confirm, Dialog, Said } from "../../ui/Dialog";
import { useFormat } from "../../ui/format";
import { useWords } from "../../ui/words";
import { CopyLine } from "../settings/CopyLine";
import { changePerson, deletePerson, makeResetLink, type Person, useAct, wholeLink } from "./server";

export type Act = "admin" | "learner" | "enable" | "disable" | "reset" | "delete";

interface Props {
  person: Person;
  act: Act;
  onClose: () => void;
}

/** The question before something is done to an account, and what came of it. */
export function Acting(props: Props) {
  return props.act === "reset" ? <Resetting {...props} /> : <Changing {...props} act={props.act} />;
}

function Changing({ person, act, onClose }: Props & { act: Exclude<Act, "reset"> }) {
  const { t } = useTranslation("people");
  const words = useWords();
  const change = useAct((): Promise<unknown> => done(person, act));
  return (
    <Confirm
      title={t(`act.${act}.title`, { email: person.email ?? "" })}
      text={t(`act.${act}.text`)}
      action={t(`act.${act}.menu`)}
      look={act === "delete" || act === "disable" ? "danger" : "primary"}
      busy={change.isPending}
      error={change.isError ? words.refusal(change.error) : undefined}
      onConfirm={() => change.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function done(person: Person, act: Exclude<Act, "reset">): Promise<unknown> {
  switch (act) {
    case "admin":
    case "learner":
      return changePerson({ person, role: act });
    case "enable":
    case "disable":
      return changePerson({ person, disabled: act === "disable" });
    case "delete":
      return deletePerson(person);
    default:
      return act satisfies never;
  }
}

function Resetting({ person, onClose }: Props) {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const make = useAct(makeResetLink);
  return (
    <Dialog title={t("act.reset.title", { email: person.email ?? "" })} onClose={onClose} wide>
      <p className="mb-4 text-soft">{t("act.reset.text")}</p>
      <div role="status">
        {make.data ? (
          <>
            <CopyLine text={wholeLink(make.data.link)} label={t("copyLink")} />
            <p className="text-soft">{t("linkUntil", { date: format.moment(make.data.expires_at) })}</p>
          </>
        ) : null}
      </div>
      <Said error={make.isError ? words.refusal(make.error) : undefined} />
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{common("action.close")}</Button>
        {make.data ? null : (
          <Button look="primary" busy={make.isPending} onClick={() => make.mutate(person)}>
            {t("act.reset.make")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
