import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Bars } from "../../ui/Shapes";
import { FirstRun } from "./FirstRun";
import { modelQuery } from "./useModel";

/**
 * Shows the choice of a model while there is none, and `children` once there is; never in the way when the
 * server does not say. Without children it is a panel that comes and goes.
 */
export function ModelGate({ children = null }: { children?: ReactNode }) {
  const { t } = useTranslation("firstrun");
  const model = useQuery(modelQuery());
  const [lacked, setLacked] = useState(false);
  const note = useRef<HTMLDivElement>(null);
  const came = lacked && model.data?.configured === true;
  useEffect(() => {
    if (came && document.activeElement === document.body) note.current?.focus();
  }, [came]);
  if (model.isPending) return children ? <Bars lines={6} /> : null;
  if (model.data && !model.data.configured) {
    if (!lacked) setLacked(true);
    return <FirstRun model={model.data} />;
  }
  return (
    <>
      <div ref={note} role="status" tabIndex={-1} className="rounded-lg outline-offset-4">
        {came ? <p className="mb-6 rounded-lg bg-moss-wash px-4 py-3">{t("ready")}</p> : null}
      </div>
      {children}
    </>
  );
}
