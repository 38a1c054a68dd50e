import { type RefObject, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

interface Heading {
  id: string;
  text: string;
  level: number;
}

/** The headings of a text as links; the one that is read is marked. */
export function Contents({ of, text }: { of: RefObject<HTMLElement | null>; text: string }) {
  const { t } = useTranslation("learn");
  const headings = useHeadings(of, text);
  const current = useCurrent(headings);
  if (headings.length < 2) return null;
  return (
    <nav aria-label={t("page.onThisPage")}>
      <ol className="border-line border-s">
        {headings.map(({ id, text, level }) => (
          <li key={id}>
            <a
              href={`#${id}`}
              aria-current={id === current ? "location" : undefined}
              className={`-ms-px block border-s-2 py-1.5 pe-1 leading-5 hover:text-ink ${level > 2 ? "ps-7" : "ps-3.5"} ${
                id === current ? "border-moss font-medium text-ink" : "border-transparent text-soft"
              }`}
            >
              {text}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function useHeadings(of: RefObject<HTMLElement | null>, text: string): Heading[] {
  const [headings, setHeadings] = useState<Heading[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text has other headings
  useEffect(() => {
    const found = [...(of.current?.querySelectorAll("h2[id], h3[id]") ?? [])];
    setHeadings(
      found
        .filter((node) => node.id.startsWith("s-"))
        .map((node) => ({ id: node.id, text: node.textContent, level: Number(node.tagName.slice(1)) })),
    );
  }, [of, text]);
  return headings;
}

/** The last heading above the upper third of the window. */
function useCurrent(headings: Heading[]): string | undefined {
  const [current, setCurrent] = useState<string>();
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const above = headings.filter(({ id }) => {
        const top = document.getElementById(id)?.getBoundingClientRect().top;
        return top !== undefined && top < innerHeight / 3;
      });
      setCurrent((above.at(-1) ?? headings[0])?.id);
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    addEventListener("scroll", soon, { passive: true });
    return () => {
      removeEventListener("scroll", soon);
      cancelAnimationFrame(frame);
    };
  }, [headings]);
  return current;
}
