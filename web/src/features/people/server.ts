import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { at } from "../../api/base";
import { api, ask } from "../../api/client";
import { keys } from "../../api/queries";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Person = Schemas["Account"];
export type Invite = Schemas["Invitation"];
export type Entry = Schemas["AuditEntry"];
export type Offered = Schemas["Offer"];

export const PAGE = 25;

export function peopleQuery(words: string, offset: number) {
  const query = { q: words, limit: PAGE, offset };
  return queryOptions({
    queryKey: [...keys.people(), "users", query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/users", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function invitesQuery() {
  return queryOptions({
    queryKey: [...keys.people(), "invites"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/invites", { signal })),
  });
}

export function auditQuery(offset: number) {
  const query = { limit: PAGE, offset };
  return queryOptions({
    queryKey: [...keys.people(), "audit", query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/audit", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function offeredQuery(offset: number) {
  const query = { limit: PAGE, offset };
  return queryOptions({
    queryKey: [...keys.offered(), query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/shares", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Something an admin does; lists are asked for again afterwards. */
export function useAct<A, T>(act: (wish: A) => Promise<T>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.offered() });
      return client.invalidateQueries({ queryKey: keys.people() });
    },
  });
}

function of(person: Person) {
  return { path: { user_id: person.user_id } };
}

export interface Change {
  person: Person;
  role?: Person["role"];
  disabled?: boolean;
}

export function changePerson({ person, ...body }: Change) {
  return ask(api.PATCH("/api/v1/admin/users/{user_id}", { params: of(person), body }));
}

export function deletePerson(person: Person) {
  return ask(api.DELETE("/api/v1/admin/users/{user_id}", { params: of(person) }));
}

/** A link with which somebody chooses a new password; it is handed over by the admin. */
export function makeResetLink(person: Person) {
  return ask(api.POST("/api/v1/admin/users/{user_id}/reset", { params: of(person) }));
}

export function makeInvite(wish: { email: string; role: Person["role"]; days: number }) {
  const { email, role, days } = wish;
  const body = { role, expires_in_days: days, ...(email ? { email } : {}) };
  return ask(api.POST("/api/v1/admin/invites", { body }));
}

export function endInvite(inviteId: string) {
  return ask(api.DELETE("/api/v1/admin/invites/{invite_id}", { params: { path: { invite_id: inviteId } } }));
}

export function feature({ roadmapId, featured }: { roadmapId: string; featured: boolean }) {
  const params = { path: { roadmap_id: roadmapId } };
  return ask(api.PUT("/api/v1/admin/shares/{roadmap_id}", { params, body: { featured } }));
}

/** A link that is whole already, or a path of this app. */
export function wholeLink(link: string): string {
  return new URL(at(link), location.origin).href;
}
