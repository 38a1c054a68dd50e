import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ChangeEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, refusalOf } from "../../api/problems";
import type { Cover } from "../../api/types";
import { Button } from "../../ui/Button";
import { Menu } from "../../ui/Menu";
import { useWords } from "../../ui/words";
import { another, isOnItsWay, known, MAX_UPLOAD_BYTES, UPLOAD_TYPES, upload } from "./cover";

/** What one can do about a cover, laid over it: another one, one's own, trying again; and whom to thank. */
export function CoverActions({ cover }: { cover: Cover }) {
  const { t } = useTranslation("covers");
  const file = useRef<HTMLInputElement>(null);
  const client = useQueryClient();
  const keep = { onSuccess: (made: Cover) => known(client, made) };
  const asking = useMutation({ mutationFn: () => another(cover.roadmap_id), ...keep });
  const sending = useMutation({ mutationFn: (chosen: File) => sent(cover.roadmap_id, chosen), ...keep });
  const busy = asking.isPending || sending.isPending || isOnItsWay(cover);

  function choose(event: ChangeEvent<HTMLInputElement>) {
    const chosen = event.target.files?.[0];
    event.target.value = "";
    if (chosen) sending.mutate(chosen);
  }

  const items = [
    { label: t("another"), onSelect: () => asking.mutate() },
    { label: t("own"), onSelect: () => file.current?.click() },
  ];
  return (
    <>
      <div className="absolute top-2 end-2 rounded-lg bg-sheet shadow-float">
        <Menu label={t("menu")} items={busy ? items.slice(1) : items} />
      </div>
      <input
        ref={file}
        type="file"
        accept={UPLOAD_TYPES}
        onChange={choose}
        className="hidden"
        tabIndex={-1}
      />
      {cover.status === "failed" || asking.isPending ? (
        <div className="absolute inset-x-2 bottom-2 flex justify-center">
          <Button small busy={busy} onClick={() => asking.mutate()}>
            {busy ? t("generating") : t("again")}
          </Button>
        </div>
      ) : null}
      <Refused error={sending.error ?? asking.error} />
      <Thanks cover={cover} />
    </>
  );
}

/** The file, unless it is too large anyway. */
function sent(roadmapId: string, chosen: File): Promise<Cover> {
  if (chosen.size > MAX_UPLOAD_BYTES) {
    throw new ApiError({ status: 413, code: "picture_too_large", detail: "" });
  }
  return upload(roadmapId, chosen);
}

function Refused({ error }: { error: unknown }) {
  const { t } = useTranslation("covers");
  const words = useWords();
  if (!error) return null;
  const { code } = refusalOf(error);
  const said = isOurs(code) ? t(`refused.${code}`) : words.refusal(error);
  return (
    <p role="alert" className="absolute inset-x-2 top-14 rounded-md bg-sheet px-2 py-1 text-rust text-sm">
      {said}
    </p>
  );
}

const OURS = ["picture_too_large", "not_an_image", "too_many_pixels", "too_small", "too_slow"] as const;

function isOurs(code: string): code is (typeof OURS)[number] {
  return OURS.some((one) => one === code);
}

function Thanks({ cover }: { cover: Cover }) {
  if (!cover.attribution || !cover.attribution_url) return null;
  return (
    <a
      href={cover.attribution_url}
      target="_blank"
      rel="noreferrer"
      className="absolute end-2 bottom-2 rounded-md bg-sheet px-2 py-0.5 text-soft text-xs"
    >
      {cover.attribution}
    </a>
  );
}
