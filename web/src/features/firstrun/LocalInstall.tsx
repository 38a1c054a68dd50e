import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { useWords } from "../../ui/words";
import { InstallProgress } from "./InstallProgress";
import { InstallWords } from "./InstallWords";
import { sizeIn } from "./progress";
import type { Getting, LocalModel, ModelState } from "./useModel";

interface Props {
  model: ModelState;
  wanted: LocalModel;
  /** What the button does. */
  get: Getting;
}

/** Gets one local model, or shows how far that is. */
export function LocalInstall(props: Props) {
  const { install, choices } = props.model;
  const running = install.state === "running";
  const box = useRef<HTMLDivElement>(null);
  const before = useRef(running);
  useEffect(() => {
    if (before.current !== running && document.activeElement === document.body) box.current?.focus();
    before.current = running; // the button that was clicked has gone
  }, [running]);
  return (
    <div ref={box} tabIndex={-1} className="rounded-lg outline-offset-4">
      {running ? <InstallProgress install={install} choices={choices} /> : <Offer {...props} />}
    </div>
  );
}

function Offer({ model, wanted, get }: Props) {
  const { t, i18n } = useTranslation("firstrun");
  const words = useWords();
  const size = sizeIn(wanted.to_fetch, i18n.language);
  const begun = wanted.to_fetch < wanted.bytes;
  const missing = begun ? t("local.goOn", { size }) : t("local.get", { size });
  return (
    <div className="space-y-4">
      <p className="text-soft">{t("local.where")}</p>
      <InstallWords install={model.install} />
      <Said error={get.isError ? words.refusal(get.error) : undefined} />
      <Button look="primary" busy={get.isPending} onClick={() => get.mutate(wanted)}>
        {wanted.installed ? t("local.use") : missing}
      </Button>
    </div>
  );
}
