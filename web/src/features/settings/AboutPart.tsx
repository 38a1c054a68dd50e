import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Shipped } from "../../../licences";
import { at } from "../../api/base";
import { ask } from "../../api/client";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { Part } from "./Part";

/** Under which licence the app stands, and whose work is in it; the list is written when the app is built. */
export function AboutPart() {
  const { t } = useTranslation("settings");
  const [open, setOpen] = useState(false);
  return (
    <Part id="about" title={t("parts.about")} note={t("about.note")}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="min-h-6 w-fit rounded font-medium">{t("about.licences")}</summary>
        {open ? <Licences /> : null}
      </details>
    </Part>
  );
}

function Licences() {
  const { t } = useTranslation("settings");
  const list = useQuery({
    queryKey: ["licences"],
    queryFn: ({ signal }) => ask<Shipped[]>(read(signal)),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (list.isPending) return <Bars lines={6} />;
  if (list.isError) return <Problem error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <>
      <p className="mt-3 text-soft">{t("about.count", { count: list.data.length })}</p>
      <ul className="mt-2 divide-y divide-line">
        {list.data.map((one) => (
          <li
            key={`${one.name} ${one.version}`}
            className="[contain-intrinsic-block-size:auto_2.5rem] [content-visibility:auto]"
          >
            <OfOne shipped={one} />
          </li>
        ))}
      </ul>
    </>
  );
}

function OfOne({ shipped: { name, version, licence, text } }: { shipped: Shipped }) {
  const line = (
    <>
      <span className="font-medium [overflow-wrap:anywhere]">{name}</span>{" "}
      <span className="text-soft text-xs tabular-nums">{version}</span>{" "}
      <span className="text-soft text-xs">{licence}</span>
    </>
  );
  if (!text) return <p className="py-2">{line}</p>;
  return (
    <details>
      <summary className="rounded py-2 -outline-offset-2">{line}</summary>
      <pre className="mb-3 whitespace-pre-wrap text-soft text-xs [overflow-wrap:anywhere]">{text}</pre>
    </details>
  );
}

async function read(signal: AbortSignal) {
  const response = await fetch(at("/licences.json"), { signal });
  return response.ok ? { data: await response.json(), response } : { response };
}
