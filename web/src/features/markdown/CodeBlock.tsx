import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "./CopyButton";
import type { Token } from "./highlight";

interface Props {
  source: string;
  language?: string | undefined;
  plain?: boolean;
}

/** Code with its language and a button that copies it; the colours come when they are loaded. */
export function CodeBlock({ source, language, plain = false }: Props) {
  const { t } = useTranslation("learn");
  const lines = useHighlighted(source, plain ? undefined : language);
  return (
    <figure className="reading-code">
      <figcaption>
        <span>{language ?? t("markdown.text")}</span>
        <CopyButton text={source} label={t("markdown.copyCode")} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0} dir="ltr">
        <code>{lines ? lines.map(Line) : source}</code>
      </pre>
    </figure>
  );
}

function Line(tokens: Token[], index: number) {
  return (
    <span key={index}>
      {tokens.map(({ text, color, italic }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <span key={at} style={{ color, fontStyle: italic ? "italic" : undefined }}>
          {text}
        </span>
      ))}
      {"\n"}
    </span>
  );
}

function useHighlighted(source: string, language: string | undefined): Token[][] | undefined {
  const [lines, setLines] = useState<Token[][]>();
  useEffect(() => {
    let current = true;
    setLines(undefined);
    if (language && source.length < 20_000) {
      import("./highlight")
        .then(({ highlight }) => highlight(source, language))
        .then((found) => current && setLines(found))
        .catch(() => undefined); // without colours it is as readable
    }
    return () => {
      current = false;
    };
  }, [source, language]);
  return lines;
}
