import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import type { components } from "../../api/schema";
import { changeSettings, testPart } from "../settings/server";
import type { Sent } from "../settings/values";

export type ModelState = components["schemas"]["ModelAnswer"];
export type LocalModel = ModelState["choices"][number];
export type Install = ModelState["install"];

const LOOK_EVERY_MS = 1000;

/** Whether there is a model, and how far its installation is; looked at each second while one runs. */
export function modelQuery() {
  return queryOptions({
    queryKey: ["model"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/model", { signal })),
    refetchInterval: (query) => (query.state.data?.install.state === "running" ? LOOK_EVERY_MS : false),
    staleTime: 30_000,
  });
}

function useAsked<T, A>(act: (wish: A) => Promise<T>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: modelQuery().queryKey }),
        client.invalidateQueries({ queryKey: ["settings"] }),
      ]),
  });
}

function install(model: LocalModel): Promise<unknown> {
  if (model.installed) return Promise.resolve();
  return ask(api.POST("/api/v1/model/install", { body: { name: model.name } }));
}

/** Gets a local model; one that is half here goes on. */
export function useInstall() {
  return useAsked(install);
}

export type Getting = ReturnType<typeof useInstall>;

/** Makes a local model the chosen one, and gets it. */
export function useChooseLocal(): Getting {
  return useAsked(async (model: LocalModel) => {
    if (!model.chosen) await changeSettings({ LLM__MODEL: "local", LLM__LOCAL_MODEL: model.name });
    return install(model);
  });
}

export function useStopInstall() {
  return useAsked((_: undefined) => ask(api.DELETE("/api/v1/model/install")));
}

/** Tests, and saves only what answered. */
export function useAdopt() {
  return useAsked(async (values: Record<string, Sent>) => {
    const trial = await testPart("model", values);
    if (trial.ok) await changeSettings(values);
    return trial;
  });
}
