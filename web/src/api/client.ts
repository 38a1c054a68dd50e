import createClient, { type Middleware } from "openapi-fetch";
import { at } from "./base";
import { ApiError, problemOf } from "./problems";
import type { paths } from "./schema";
import { saysSignedOut, signedOut } from "./session";

/** POSTs that start work: the same click sent twice must start it once. */
const STARTS_WORK =
  /\/(generate|retry|retry-batch|duplicate|copies|cover-images\/batch-generate|review|resume)$/;

const idempotency: Middleware = {
  onRequest({ request }) {
    if (request.method === "POST" && STARTS_WORK.test(new URL(request.url).pathname)) {
      if (!request.headers.has("Idempotency-Key")) request.headers.set("Idempotency-Key", newKey());
    }
    return request;
  },
};

/** A page of another origin cannot set it: with the cookie it says that this app is asking. */
const ownHeader: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && request.method !== "HEAD") request.headers.set("X-Trailwright", "1");
    return request;
  },
  onResponse({ request, response }) {
    if (saysSignedOut(new URL(request.url).pathname, response.status)) signedOut();
  },
};

/** A new key for one intent; keep it and send it again when the same click is tried again. */
export function newKey(): string {
  // crypto.randomUUID exists only on https and loopback; a phone in the same network has neither.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

export const api = createClient<paths>({ baseUrl: at("/"), credentials: "same-origin" });
api.use(idempotency, ownHeader);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a good answer. Throws `ApiError` for a refusal and for no answer at all. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError({ status: 0, code: "network", detail: "" });
  }
  if (!answer.response.ok || answer.data === undefined) {
    throw new ApiError(problemOf(answer.error, answer.response.status));
  }
  return answer.data;
}
