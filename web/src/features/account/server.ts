import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { refusalOf } from "../../api/problems";
import { keys } from "../../api/queries";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Session = Schemas["OpenSession"];
export type Token = Schemas["ApiToken"];

export function sessionsQuery() {
  return queryOptions({
    queryKey: [...keys.account(), "sessions"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/auth/sessions", { signal })),
  });
}

export function tokensQuery() {
  return queryOptions({
    queryKey: [...keys.account(), "tokens"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/auth/tokens", { signal })),
  });
}

/** A change of the account, after which its parts are asked for again. */
export function useChange<A, T>(act: (wish: A) => Promise<T>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.account() }),
  });
}

export function changePassword(body: { current_password?: string; new_password: string }) {
  return ask(api.PUT("/api/v1/auth/password", { body }));
}

export function endSession(sessionId: string) {
  return ask(
    api.DELETE("/api/v1/auth/sessions/{session_id}", { params: { path: { session_id: sessionId } } }),
  );
}

export function endOtherSessions() {
  return ask(api.DELETE("/api/v1/auth/sessions"));
}

export interface TokenWish {
  name: string;
  write: boolean;
  days: number | undefined;
}

/** The new token's row, with the token itself: it is shown this once. */
export function makeToken({ name, write, days }: TokenWish) {
  const scopes: ("read" | "write")[] = write ? ["read", "write"] : ["read"];
  return ask(
    api.POST("/api/v1/auth/tokens", { body: { name, scopes, ...(days ? { expires_in_days: days } : {}) } }),
  );
}

export function endToken(tokenId: string) {
  return ask(api.DELETE("/api/v1/auth/tokens/{token_id}", { params: { path: { token_id: tokenId } } }));
}

/** One's own model; null for who has none. */
export function ownModelQuery() {
  return queryOptions({
    queryKey: [...keys.account(), "own model"],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/users/me/key", { signal })).catch((error: unknown) => {
        if (refusalOf(error).code === "key_not_found") return null;
        throw error;
      }),
  });
}

export function saveOwnModel(body: { model: string; api_key: string; base_url?: string }) {
  return ask(api.PUT("/api/v1/users/me/key", { body }));
}

export function forgetOwnModel() {
  return ask(api.DELETE("/api/v1/users/me/key"));
}

export function deleteMe(body: { email: string; password?: string }) {
  return ask(api.POST("/api/v1/users/me/delete", { body }));
}
