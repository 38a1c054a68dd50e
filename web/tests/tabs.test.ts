import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { hearOtherTabs, tellingMutations } from "../src/api/tabs";

test("what one tab changes the other tabs ask for again", async () => {
  const here = new QueryClient({ mutationCache: tellingMutations() });
  const there = new QueryClient();
  hearOtherTabs(there);
  const asked = vi.fn(async () => "answer");
  const seen = new QueryObserver(there, {
    queryKey: ["task"],
    queryFn: asked,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const stop = seen.subscribe(() => undefined);
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
  await here
    .getMutationCache()
    .build(here, { mutationFn: async () => "done" })
    .execute(undefined);
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
  stop();
});
