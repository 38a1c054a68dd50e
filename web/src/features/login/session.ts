import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { at } from "../../api/base";
import { api, ask } from "../../api/client";
import { keys } from "../../api/queries";
import type { components } from "../../api/schema";
import { safeNext } from "../../api/session";
import { forgetDraft } from "../new/kept";

export type Options = components["schemas"]["AuthOptions"];
export type Me = components["schemas"]["UserAnswer"];

/** How one signs in here, and whether there is anybody to sign in as. */
export function optionsQuery() {
  return queryOptions({
    queryKey: keys.signingIn(),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/auth/options", { signal })),
    staleTime: 60_000,
  });
}

/** Who is signed in; refused while nobody is. */
export function meQuery() {
  return queryOptions({
    queryKey: keys.me(),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/users/me", { signal })),
    staleTime: 60_000,
  });
}

/** There are accounts here, so there is somebody to be, to sign out and to administer. */
export function useAccounts(): boolean {
  return useQuery(optionsQuery()).data?.mode === "accounts";
}

/** An admin, or the local user, who is one. */
export function useIsAdmin(): boolean {
  return useQuery(meQuery()).data?.role === "admin";
}

/** What another person's session knew is forgotten; then on to where one wanted to go. */
export function useEntered(next: string | undefined): () => void {
  const router = useRouter();
  const client = useQueryClient();
  return () => {
    client.removeQueries({ type: "inactive" });
    client.removeQueries({ queryKey: keys.me() });
    client.setQueryData(optionsQuery().queryKey, (known) => known && { ...known, first_account: false });
    router.history.push(at(safeNext(next, location.origin)));
  };
}

/** Off to the login; what this person's session knew is forgotten, first of all who it was. */
export function useLeave(): () => Promise<void> {
  const router = useRouter();
  const client = useQueryClient();
  return () => {
    forgetDraft();
    client.removeQueries({ queryKey: keys.me() });
    return router.navigate({ to: "/login" }).then(() => client.removeQueries({ type: "inactive" }));
  };
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => ask(api.POST("/api/v1/auth/logout")),
    onSuccess: useLeave(),
  });
}

/** What stands behind `#` in the address, also when another link is followed on the page that is open. */
export function useFragment(): string {
  const [fragment, setFragment] = useState(takeFragment);
  useEffect(() => {
    const changed = () => {
      const next = takeFragment();
      if (next) setFragment(next);
    };
    changed();
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return fragment;
}

/** Taken out of the address: it is secret and belongs in no history. */
function takeFragment(): string {
  const found = location.hash.slice(1);
  if (found) history.replaceState(history.state, "", location.pathname + location.search);
  return found;
}
