import { type RefObject, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { refusalOf } from "../../api/problems";

/** Codes that are about one field, which then says so itself. */
const FIELD_OF: Record<string, string> = {
  invite_needed: "invite",
  invite_invalid: "invite",
  setup_code_needed: "setup_code",
  setup_code_invalid: "setup_code",
  wrong_password: "current_password",
};

/** The fields that a refusal is about, as the server names them. */
export function refusedFields(error: unknown): string[] {
  if (!error) return [];
  const { code, errors } = refusalOf(error);
  const own = FIELD_OF[code];
  if (own) return [own];
  return (errors ?? []).map((one) => one.field?.split(".").at(-1) ?? "").filter(Boolean);
}

/** The first field that is wrong gets the focus, once it says so. */
export function focusWrong(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
}

/** A form whose first wrong field gets the focus when the server refuses it. */
export function useFocusWrong(refused: unknown): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refused) focusWrong(form.current);
  }, [refused]);
  return form;
}

/** What is wrong with a field that the server refused, or that is still empty. */
export function useFieldWords(error: unknown, least: number) {
  const { t } = useTranslation("account");
  const refused = refusedFields(error);
  return {
    email: refused.includes("email") ? t("wrong.email") : undefined,
    password:
      refused.includes("password") || refused.includes("new_password")
        ? t("wrong.password", { least })
        : undefined,
    current: refused.includes("current_password") ? t("wrong.current") : undefined,
    invite: refused.includes("invite") ? t("wrong.invite") : undefined,
    setupCode: refused.includes("setup_code") ? t("wrong.setupCode") : undefined,
    /** None of the fields says it. */
    elsewhere: Boolean(error) && refused.length === 0,
  };
}
