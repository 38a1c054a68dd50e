import { lazy, Suspense } from "react";
import { fetched } from "../../app/code";

const Typeset = lazy(() => fetched(() => import("./Typeset")));

/** A formula in TeX; its source stands there until KaTeX is loaded. */
export function Formula({ source, display }: { source: string; display: boolean }) {
  const plain = display ? <code className="reading-formula">{source}</code> : <code>{source}</code>;
  return (
    <Suspense fallback={plain}>
      <Typeset source={source} display={display} />
    </Suspense>
  );
}
