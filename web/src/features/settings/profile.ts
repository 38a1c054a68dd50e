import type { Profile } from "../../api/types";
import { type Draft, draftFrom, profileOf } from "../new/order";
import { draftsOf } from "./drafts";

/** The part of New's form that is about the person, and the name. */
export type Person = Pick<
  Draft,
  | "level"
  | "hours"
  | "motivation"
  | "background"
  | "role"
  | "industry"
  | "stack"
  | "kinds"
  | "language"
  | "second"
> & { name: string };

export const personDrafts = draftsOf<Person>("profile");

export function personFrom(profile: Profile, language: string): Person {
  const {
    level,
    hours,
    motivation,
    background,
    role,
    industry,
    stack,
    kinds,
    language: first,
    second,
  } = draftFrom(profile, "", language);
  const name = profile.display_name ?? "";
  return {
    name,
    level,
    hours,
    motivation,
    background,
    role,
    industry,
    stack,
    kinds,
    language: first,
    second,
  };
}

/** What is saved: the same that New remembers, and the name. */
export function profileFrom(person: Person): Profile {
  const blank = draftFrom(undefined, "", person.language);
  return { ...profileOf({ ...blank, ...person }, undefined), display_name: person.name.trim() || null };
}
