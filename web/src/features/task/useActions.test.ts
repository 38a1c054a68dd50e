import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { answered } from "./useActions";

it("minds no part of the page that went away meanwhile, and waits for the others", async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const open: ((answer: string) => void)[] = [];
  const part = (name: string) =>
    new QueryObserver(client, {
      queryKey: ["task", name],
      queryFn: ({ signal }) => new Promise<string>((resolve) => !signal.aborted && open.push(resolve)),
    }).subscribe(() => {});
  const leaves = part("plan");
  part("steps");
  const asked = answered(client, ["task"]);
  leaves();
  await expect.poll(() => open.length).toBe(2);
  open[1]?.("new");
  await asked;
  expect(client.getQueryData(["task", "steps"])).toBe("new");
});

it("says when the server refuses", async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const observer = new QueryObserver(client, {
    queryKey: ["task"],
    queryFn: () => Promise.reject(new Error("refused")),
    initialData: "old",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const end = observer.subscribe(() => {});
  await expect(answered(client, ["task"])).rejects.toThrow("refused");
  end();
});
