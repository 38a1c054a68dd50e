import katex from "katex";
import { useLayoutEffect, useRef } from "react";
import "katex/dist/katex.min.css";

/** A formula set by KaTeX, which may neither link, load nor style anything (`trust: false`). */
export default function Typeset({ source, display }: { source: string; display: boolean }) {
  const box = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (!box.current) return;
    katex.render(source, box.current, {
      displayMode: display,
      throwOnError: false,
      trust: false,
      strict: "ignore",
      maxExpand: 500,
      maxSize: 20,
      errorColor: "var(--rust)",
    });
  }, [source, display]);
  if (!display) return <span ref={box} />;
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a long formula scrolls
  return <span className="reading-formula" ref={box} tabIndex={0} />;
}
