import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { api, ask, newKey } from "../../api/client";
import { keys } from "../../api/queries";
import type { Profile } from "../../api/types";
import { forgetDraft } from "./kept";
import { type Draft, type Order, orderOf, profileOf } from "./order";

function useSettled<T>(value: T, waitMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), waitMs);
    return () => clearTimeout(timer);
  }, [value, waitMs]);
  return settled;
}

/** What it will take, asked when the typing rests. */
export function useQuote(draft: Draft, valid: boolean) {
  const body = useSettled(valid ? JSON.stringify(orderOf(draft)) : "", 500);
  return useQuery({
    queryKey: ["quote", body],
    enabled: body !== "",
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const { preferences, size }: Order = JSON.parse(body);
      return ask(api.POST("/api/v1/tasks/quote", { body: { preferences, size }, signal }));
    },
  });
}

/** Orders the roadmap and goes to its task. The same order sent again, by whatever accident, is one order. */
export function useOrder(profile: Profile) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const sent = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: async ({ draft, remember }: { draft: Draft; remember: boolean }) => {
      const order = orderOf(draft);
      const body = JSON.stringify(order);
      if (sent.current.body !== body) sent.current = { body, key: newKey() };
      const headers = { "Idempotency-Key": sent.current.key };
      const accepted = await ask(api.POST("/api/v1/tasks/generate", { body: order, headers }));
      if (remember) {
        const kept = await ask(
          api.PUT("/api/v1/users/me/profile", { body: profileOf(draft, profile) }),
        ).catch(() => undefined); // the roadmap is under way; a profile can be saved next time
        if (kept) client.setQueryData(keys.profile(), kept);
      }
      return accepted;
    },
    onSuccess: (accepted) => {
      forgetDraft();
      void client.invalidateQueries({ queryKey: keys.roadmaps() });
      void client.invalidateQueries({ queryKey: keys.tasks() });
      return navigate({ to: "/tasks/$taskId", params: { taskId: accepted.task_id } });
    },
  });
}
