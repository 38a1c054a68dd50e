import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { refusalOf } from "../../api/problems";
import type { ContentType, Preferences } from "../../api/types";
import { Button, buttonLook } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { useFormat } from "../../ui/format";
import { useWords } from "../../ui/words";
import { Notice } from "./Notice";
import type { Ordering } from "./ordering";
import { OrderRefused, type Wish } from "./queries";

type Kind = NonNullable<Preferences["content_preference"]>[number];
type Level = NonNullable<Preferences["current_level"]>;
const KINDS: readonly Kind[] = ["text", "visual", "hands_on", "audio"];
const LEVELS: readonly Level[] = ["beginner", "intermediate", "advanced"];

interface Props {
  contentType: ContentType;
  ordering: Ordering;
}

/** Asks for a wish and orders the item anew; stays open, with the reason, when it is refused. */
export function AnewDialog({ contentType, ordering }: Props) {
  const { t } = useTranslation(["learn", "common"]);
  const [instruction, setInstruction] = useState("");
  const [kinds, setKinds] = useState<Kind[]>([]);
  const [level, setLevel] = useState<Level>();
  const onClose = ordering.closeWish;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (ordering.isPending) return;
    const wish: Wish = { instruction: instruction.trim() };
    if (kinds.length > 0 || level) {
      wish.preferences = {
        ...(kinds.length > 0 && { content_preference: kinds }),
        ...(level && { current_level: level }),
      };
    }
    ordering.send(wish);
  };
  return (
    <Dialog title={t(`anew.title.${contentType}`)} onClose={onClose}>
      <form onSubmit={send} className="space-y-5">
        <p className="text-soft">{t("anew.keeps")}</p>
        <label className="block">
          <span className="font-medium">{t("anew.wish")}</span>
          <textarea
            value={instruction}
            onChange={(event) => setInstruction(event.target.value)}
            maxLength={2000}
            rows={3}
            aria-describedby="wish-hint"
            className="mt-1.5 block w-full rounded-lg border border-edge bg-paper px-3 py-2 text-base"
          />
          <span id="wish-hint" className="mt-1 block text-soft text-xs">
            {t("anew.wishHint")}
          </span>
        </label>
        <fieldset>
          <legend className="mb-1 font-medium">{t("anew.kinds")}</legend>
          <div className="grid sm:grid-cols-2">
            {KINDS.map((kind) => (
              <label key={kind} className="flex min-h-10 items-center gap-2.5">
                <input
                  type="checkbox"
                  className="size-4.5 accent-moss"
                  checked={kinds.includes(kind)}
                  onChange={() => setKinds(toggled(kinds, kind))}
                />
                {t(`anew.kind.${kind}`)}
              </label>
            ))}
          </div>
        </fieldset>
        <label className="block">
          <span className="font-medium">{t("anew.level")}</span>
          <select
            value={level ?? ""}
            onChange={(event) => setLevel(LEVELS.find((one) => one === event.target.value))}
            className="mt-1.5 block min-h-11 w-full rounded-lg border border-edge bg-paper px-3"
          >
            <option value="">{t("anew.levelSame")}</option>
            {LEVELS.map((one) => (
              <option key={one} value={one}>
                {t(`common:level.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <Refused ordering={ordering} />
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className={buttonLook("quiet")} onClick={onClose}>
            {t("common:action.cancel")}
          </button>
          <Button type="submit" look="primary" busy={ordering.isPending}>
            {t("anew.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function toggled<T>(list: readonly T[], one: T): T[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

/** Why the last order was refused, and what can be done about it; nothing when it was not. */
export function Refused({ ordering: { error, taskId } }: { ordering: Ordering }) {
  const { t } = useTranslation("learn");
  const words = useWords();
  const format = useFormat();
  if (!error) return null;
  const { code } = refusalOf(error);
  const waitS = error instanceof OrderRefused ? error.waitS : undefined;
  return (
    <Notice tone="rust" role="alert">
      <p className="min-w-0 flex-1">
        {code === "retry_limit" && waitS !== undefined
          ? t("anew.limit", { when: format.ago(after(waitS), Date.now()) })
          : code === "paused"
            ? t("anew.paused")
            : words.refusal(error)}
      </p>
      {code === "paused" && taskId && (
        <Link to="/tasks/$taskId" params={{ taskId }} className="prose-link">
          {t("anew.openTask")}
        </Link>
      )}
    </Notice>
  );
}

function after(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}
