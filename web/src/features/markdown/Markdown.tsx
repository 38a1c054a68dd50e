import { type ComponentProps, memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import ReactMarkdown, { type Components, type ExtraProps } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import { at } from "../../api/base";
import { CodeBlock } from "./CodeBlock";
import { Diagram } from "./Diagram";
import { rehypeHeadings, textOf } from "./headings";
import { remarkPlainHtml } from "./html";
import { Formula } from "./lazy";
import { remarkMoney } from "./money";
import { schema } from "./schema";
import { languageByScript } from "./script";
import { safeImage, safeLink } from "./urls";
import "./markdown.css";

interface Props {
  text: string;
  /** It is still being written: code stays plain and diagrams stay code until it is whole. */
  live?: boolean;
}

/** A generated text, made safe and set to be read. Its first h1 is left to the page. */
export const Markdown = memo(function Markdown({ text, live = false }: Props) {
  const { t, i18n } = useTranslation("learn");
  // Without a script that tells it, a text in a Chinese interface is at least not Chinese: "" is unknown.
  const lang = languageByScript(text) ?? (i18n.language === "zh" ? "" : undefined);
  const components = useMemo(() => componentsFor(live), [live]);
  return (
    <div className="reading" lang={lang} dir="auto">
      <ReactMarkdown
        remarkPlugins={[remarkGfm, remarkMath, remarkMoney, remarkPlainHtml]}
        rehypePlugins={[[rehypeSanitize, schema], rehypeHeadings]}
        remarkRehypeOptions={{
          footnoteLabel: t("markdown.footnotes"),
          footnoteBackLabel: t("markdown.backToText"),
        }}
        urlTransform={(url) => url}
        components={components}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
});

function componentsFor(live: boolean): Components {
  return {
    a: Anchor,
    code: InlineCode,
    img: Picture,
    input: Tick,
    pre: (props) => <Block {...props} live={live} />,
    table: Table,
  };
}

type Of<Tag extends keyof React.JSX.IntrinsicElements> = ComponentProps<Tag> & ExtraProps;

function Anchor({ node: _, href, children, ...rest }: Of<"a">) {
  const { t } = useTranslation("learn");
  const link = safeLink(href && at(href), location.origin);
  if (!link) return <span>{children}</span>;
  const beside = link.outside ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return (
    <a {...rest} href={link.href} {...beside}>
      {children}
      {link.outside && <span className="sr-only">{` (${t("markdown.opensBeside")})`}</span>}
    </a>
  );
}

function Picture({ src, alt }: Of<"img">) {
  const { t } = useTranslation("learn");
  const safe = safeImage(typeof src === "string" ? at(src) : undefined, location.origin);
  if (safe) return <img src={safe} alt={alt ?? ""} loading="lazy" />;
  return <span className="reading-noimage">{t("markdown.noImage", { alt: alt ?? "" })}</span>;
}

function Tick({ checked }: Of<"input">) {
  const { t } = useTranslation("learn");
  const label = checked ? t("markdown.done") : t("markdown.open");
  return <span role="img" aria-label={label} className="reading-tick" data-done={checked === true} />;
}

function Table({ node: _, ...rest }: Of<"table">) {
  const { t } = useTranslation("learn");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="reading-table" aria-label={t("markdown.table")} tabIndex={0}>
      <table {...rest} />
    </section>
  );
}

function InlineCode({ node: _, className, children }: Of<"code">) {
  if (className?.includes("math-inline")) return <Formula source={String(children)} display={false} />;
  return <code>{children}</code>;
}

function Block({ node, live }: Of<"pre"> & { live: boolean }) {
  const code = node?.children[0];
  const classes = code?.type === "element" ? [code.properties.className].flat().map(String) : [];
  const source = node ? textOf(node).replace(/\n$/, "") : "";
  const language = classes.find((name) => name.startsWith("language-"))?.slice("language-".length);
  if (classes.includes("math-display")) return <Formula source={source} display />;
  if (language === "mermaid" && !live) return <Diagram source={source} />;
  return <CodeBlock source={source} language={language} plain={live} />;
}
