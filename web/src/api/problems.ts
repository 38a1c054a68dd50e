import i18next, { type TFunction } from "i18next";
import type common from "../locales/en/common.json";

/** What a refusal says, as far as the app uses it (RFC 9457). `status` 0: no answer came. */
export interface Refusal {
  status: number;
  code: string;
  detail: string;
  requestId?: string;
  errors?: FieldError[];
}

export interface FieldError {
  field?: string;
  check?: string;
  where?: string;
  message: string;
}

export class ApiError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`${refusal.status} ${refusal.code}`);
    this.name = "ApiError";
    this.refusal = refusal;
  }
}

export function refusalOf(error: unknown): Refusal {
  return error instanceof ApiError ? error.refusal : { status: 0, code: "internal", detail: "" };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function fieldErrors(value: unknown): FieldError[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter(isRecord).map((one) => ({
    field: text(one.field),
    check: text(one.check),
    where: text(one.where),
    message: text(one.message) ?? "",
  }));
}

/** A refusal out of any body, one that is no problem+json too (a proxy's page). */
export function problemOf(body: unknown, status: number): Refusal {
  if (!isRecord(body))
    return { status, code: status >= 500 || status === 0 ? "internal" : "not_found", detail: "" };
  return {
    status,
    code: text(body.code) ?? "internal",
    detail: text(body.detail) ?? text(body.title) ?? "",
    requestId: text(body.request_id),
    errors: fieldErrors(body.errors),
  };
}

type ErrorCode = Exclude<keyof typeof common.error, "title">;
type FaultCode = keyof typeof common.fault;

function isErrorCode(code: string): code is ErrorCode {
  return code !== "title" && i18next.exists(`error.${code}`, { ns: "common" });
}

export function isFaultCode(code: string): code is FaultCode {
  return i18next.exists(`fault.${code}`, { ns: "common" });
}

/** The server speaks English: its own words are shown to those who read the interface in English. */
export function isServersLanguage(language: string = i18next.language): boolean {
  return language.startsWith("en");
}

/** One or two sentences for a person, in the language of the interface. */
export function refusalInWords(error: unknown, t: TFunction<"common">): string {
  const refusal = refusalOf(error);
  if (isErrorCode(refusal.code)) return t(`error.${refusal.code}`, { request: refusal.requestId ?? "" });
  if (refusal.code.endsWith("_not_found")) return t("error.not_found");
  if (refusal.detail && isServersLanguage()) return refusal.detail;
  if (refusal.status === 422) return t("refused.value");
  if (refusal.status >= 400 && refusal.status < 500) return t("refused.other");
  return t("error.internal", { request: refusal.requestId ?? "" });
}

/** Why a task or an item failed. */
export function faultInWords(fault: { code: string; message: string }, t: TFunction<"common">): string {
  if (isFaultCode(fault.code)) return t(`fault.${fault.code}`);
  return isServersLanguage() ? fault.message : t("fault.internal");
}
