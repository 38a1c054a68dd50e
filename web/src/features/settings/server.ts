import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import type { components } from "../../api/schema";
import { KEPT, type Sent } from "./values";

type Row = components["schemas"]["Setting"];
export type Trial = components["schemas"]["TrialAnswer"];
export type TestedPart = components["schemas"]["TrialOrder"]["part"];

/** One setting as the page shows it; `fallback`: what holds when it is not set. */
export interface Setting {
  value: string;
  fallback: string;
  locked: boolean;
  number: boolean;
  min: number | undefined;
  /** `min` itself is not allowed. */
  above: boolean;
  max: number | undefined;
}

export type Settings = ReadonlyMap<string, Setting>;

function settingOf(row: Row): Setting {
  const said = row.kind === "secret" && row.value !== null ? KEPT : row.value;
  return {
    value: String(said ?? ""),
    fallback: String(row.default ?? ""),
    locked: row.locked,
    number: row.kind === "number" || row.kind === "whole_number",
    min: row.minimum ?? row.above ?? undefined,
    above: (row.minimum ?? null) === null && (row.above ?? null) !== null,
    max: row.maximum ?? undefined,
  };
}

const settingsKey = ["settings"] as const;

export function settingsQuery() {
  return queryOptions({
    queryKey: settingsKey,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/settings", { signal })),
    select: settingsIn,
  });
}

function settingsIn(list: components["schemas"]["SettingList"]): Settings {
  return new Map(list.settings.map((row) => [row.name, settingOf(row)]));
}

/** Saves some; one that is wrong refuses all. */
export function changeSettings(changes: Record<string, Sent>) {
  return ask(api.PUT("/api/v1/settings", { body: { changes } }));
}

/** One real call to a part as it would be with these values; nothing is saved. */
export function testPart(part: TestedPart, values: Record<string, Sent>): Promise<Trial> {
  return ask(api.POST("/api/v1/settings/test", { body: { part, values } }));
}
