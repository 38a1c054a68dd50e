import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { CodeBlock } from "./CodeBlock";
import { usePalette } from "./palette";

/** A Mermaid diagram; its source as code while it is drawn for the first time, and when it cannot be. */
export function Diagram({ source }: { source: string }) {
  const { t } = useTranslation("learn");
  const box = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<"drawing" | "drawn" | "failed">("drawing");
  const palette = usePalette();
  useEffect(() => {
    let current = true;
    import("./mermaid")
      .then(({ draw }) => draw(source, palette))
      .then((svg) => {
        if (!current) return;
        box.current?.replaceChildren(svg);
        setState("drawn");
      })
      .catch(() => current && setState("failed"));
    return () => {
      current = false;
    };
  }, [source, palette]);
  return (
    <figure className="reading-diagram" data-state={state}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide diagram scrolls */}
      <div ref={box} role="img" aria-label={t("markdown.diagram")} hidden={state !== "drawn"} tabIndex={0} />
      {state === "drawn" ? (
        <details>
          <summary>{t("markdown.diagramSource")}</summary>
          <CodeBlock source={source} language="mermaid" plain />
        </details>
      ) : (
        <CodeBlock source={source} language="mermaid" plain />
      )}
      {state === "failed" && <figcaption>{t("markdown.diagramFailed")}</figcaption>}
    </figure>
  );
}
