import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { useFormat } from "../../ui/format";
import { ProgressLine } from "../../ui/Shapes";
import { percentOf, type Sample, secondsLeft, sizeIn, waitIn, withSample } from "./progress";
import { type Install, type LocalModel, useStopInstall } from "./useModel";

/** How far the download is, in bytes; it goes on when the page is left or loaded again. */
export function InstallProgress({ install, choices }: { install: Install; choices: LocalModel[] }) {
  const { t, i18n } = useTranslation("firstrun");
  const format = useFormat();
  const stop = useStopInstall();
  const [samples, setSamples] = useState<Sample[]>([]);
  const { done, total, step } = install;
  const title = choices.find((one) => one.name === install.name)?.title ?? install.name ?? "";
  if (step === "fetching" && samples.at(-1)?.done !== done) {
    setSamples(withSample(samples, { at: performance.now(), done }));
  }
  const percent = percentOf(done, total);
  const left = step === "fetching" ? secondsLeft(samples, total) : undefined;
  const sizes = { done: sizeIn(done, i18n.language), total: sizeIn(total, i18n.language) };
  return (
    <div className="space-y-3">
      <p role="status" className="font-medium">
        {t(`steps.${step ?? "waiting"}`, { title })}
      </p>
      <ProgressLine value={percent} label={t("local.progress", { title })} />
      <p className="flex flex-wrap gap-x-3 text-soft tabular-nums">
        <span>{t("local.sofar", { ...sizes, percent: format.number(percent) })}</span>
        {left === undefined ? null : <span>{t("local.left", { wait: waitIn(left, i18n.language) })}</span>}
      </p>
      <p className="text-soft">{t("local.mayLeave")}</p>
      <Button busy={stop.isPending} onClick={() => stop.mutate(undefined)}>
        {t("local.stop")}
      </Button>
    </div>
  );
}
