import type { components } from "../../api/schema";
import type { Preferences, Profile } from "../../api/types";

export type Order = components["schemas"]["GenerateOrder"];
export type Size = Order["size"];
export type Kind = Preferences["content_preference"][number];
export const KINDS: readonly Kind[] = ["visual", "text", "audio", "hands_on"];
export const SIZES: readonly Size[] = ["mini", "short", "full"];

/** The form as it stands: texts as typed. */
export interface Draft {
  goal: string;
  size: Size;
  level: Preferences["current_level"];
  hours: string;
  deadline: string;
  motivation: string;
  background: string;
  role: string;
  industry: string;
  stack: string;
  kinds: Kind[];
  language: string;
  second: string;
  context: string;
  limit: string;
  approve: boolean;
}

/** The form at the start: what the profile knows, else defaults. */
export function draftFrom(profile: Profile | undefined, goal: string, language: string): Draft {
  return {
    goal,
    size: "short",
    level: profile?.current_level ?? "beginner",
    hours: String(profile?.available_hours_per_week ?? 5),
    deadline: "",
    motivation: profile?.motivation ?? "",
    background: profile?.career_background ?? "",
    role: profile?.current_role ?? "",
    industry: profile?.industry ?? "",
    stack: (profile?.tech_stack ?? []).map((one) => `${one.technology}: ${one.proficiency}`).join("\n"),
    kinds: [...(profile?.content_preference ?? [])],
    language: profile?.primary_language ?? language,
    second: profile?.secondary_language ?? "",
    context: "",
    limit: "",
    approve: false,
  };
}

export interface Wrong {
  goal?: boolean;
  hours?: boolean;
  deadline?: boolean;
  limit?: boolean;
}

/** YYYY-MM-DD where the person is, which need not be the day in Greenwich. */
export function dayOf(now: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** What keeps the form from being sent. `today` is YYYY-MM-DD. */
export function wrongs(draft: Draft, today: string): Wrong {
  const hours = Number(draft.hours);
  const wrong: Wrong = {};
  if (draft.goal.trim() === "") wrong.goal = true;
  if (draft.hours.trim() === "" || !(hours >= 1 && hours <= 168)) wrong.hours = true;
  if (draft.deadline && draft.deadline <= today) wrong.deadline = true;
  if (draft.limit.trim() !== "" && !(Number(draft.limit) > 0)) wrong.limit = true;
  return wrong;
}

/** One tool a line, how well after a colon (a full-width one too). */
export function skillsOf(stack: string): Preferences["tech_stack"] {
  return stack
    .split("\n")
    .map((line) => line.split(/[:：]/))
    .filter(([technology]) => technology?.trim())
    .map(([technology = "", ...rest]) => ({
      technology: technology.trim(),
      proficiency: rest.join(":").trim() || "some",
    }));
}

function orNull(text: string): string | null {
  return text.trim() || null;
}

export function orderOf(draft: Draft): Order {
  return {
    preferences: {
      learning_goal: draft.goal.trim(),
      available_hours_per_week: Number(draft.hours),
      motivation: draft.motivation.trim(),
      current_level: draft.level,
      career_background: draft.background.trim(),
      content_preference: draft.kinds,
      target_deadline: orNull(draft.deadline),
      industry: orNull(draft.industry),
      current_role: orNull(draft.role),
      tech_stack: skillsOf(draft.stack),
      primary_language: draft.language,
      secondary_language: orNull(draft.second),
    },
    additional_context: draft.context.trim(),
    auto_approve: draft.approve,
    size: draft.size,
    max_cost_usd: draft.limit.trim() ? Number(draft.limit) : null,
  };
}

/** What is remembered: all but the goal and what belongs to it. */
export function profileOf(draft: Draft, before: Profile | undefined): Profile {
  const { preferences } = orderOf(draft);
  return {
    display_name: before?.display_name ?? null,
    available_hours_per_week: preferences.available_hours_per_week,
    motivation: preferences.motivation,
    current_level: preferences.current_level,
    career_background: preferences.career_background,
    content_preference: preferences.content_preference,
    industry: preferences.industry,
    current_role: preferences.current_role,
    tech_stack: preferences.tech_stack,
    primary_language: preferences.primary_language,
    secondary_language: preferences.secondary_language,
  };
}
