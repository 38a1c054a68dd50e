import { useTranslation } from "react-i18next";
import { faultInWords, refusalInWords } from "../api/problems";

/** Refusals and faults as sentences in the interface's language. */
export function useWords() {
  const { t } = useTranslation("common");
  return {
    refusal: (error: unknown) => refusalInWords(error, t),
    fault: (fault: { code: string; message: string }) => faultInWords(fault, t),
  };
}
