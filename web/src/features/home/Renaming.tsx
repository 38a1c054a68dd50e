import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Dialog, Said } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { useWords } from "../../ui/words";
import { useRename } from "./useHome";

export function Renaming({
  roadmapId,
  title,
  onClose,
}: {
  roadmapId: string;
  title: string;
  onClose: () => void;
}) {
  const { t } = useTranslation("home");
  const { t: common } = useTranslation();
  const words = useWords();
  const [text, setText] = useState(title);
  const rename = useRename(roadmapId);
  const empty = text.trim() === "";
  return (
    <Dialog title={t("renameTitle")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!empty) rename.mutate(text.trim(), { onSuccess: onClose });
        }}
      >
        <TextField
          label={t("renameLabel")}
          value={text}
          maxLength={300}
          error={empty ? t("renameEmpty") : undefined}
          onChange={setText}
        />
        <div className="mt-6">
          <Said error={rename.error ? words.refusal(rename.error) : undefined} />
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{common("action.back")}</Button>
            <Button type="submit" look="primary" busy={rename.isPending} disabled={empty}>
              {common("action.save")}
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}
