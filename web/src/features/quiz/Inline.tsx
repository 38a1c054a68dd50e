import { Markdown } from "../markdown/Markdown";

/** A short text in which only `code` means something. */
export function Inline({ text }: { text: string }) {
  return text.split(/`([^`]+)`/).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a fixed text have no other name
      <code key={index} className="rounded bg-line/60 px-1 font-mono text-[0.9em]">
        {part}
      </code>
    ) : (
      part
    ),
  );
}

/** A question, which may hold a block of code. */
export function QuestionText({ text }: { text: string }) {
  return text.includes("```") || text.includes("$$") ? <Markdown text={text} /> : <Inline text={text} />;
}
