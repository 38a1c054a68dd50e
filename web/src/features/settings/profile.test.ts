import { expect, test } from "vitest";
import type { Profile } from "../../api/types";
import { personFrom, profileFrom } from "./profile";

const EMPTY: Profile = { content_preference: [], tech_stack: [] };

test("a profile goes through the form unchanged", () => {
  const profile: Profile = {
    display_name: "Ada",
    available_hours_per_week: 7.5,
    motivation: "a trip",
    current_level: "intermediate",
    career_background: "nurse",
    content_preference: ["visual", "hands_on"],
    industry: null,
    current_role: "ward nurse",
    tech_stack: [{ technology: "Excel", proficiency: "well" }],
    primary_language: "zh",
    secondary_language: "en",
  };
  expect(profileFrom(personFrom(profile, "en"))).toEqual(profile);
});

test("an empty profile shows the defaults of New, in the interface's language", () => {
  const person = personFrom(EMPTY, "zh");
  expect([person.level, person.hours, person.language, person.name]).toEqual(["beginner", "5", "zh", ""]);
});

test("a name of blanks is no name", () => {
  expect(profileFrom({ ...personFrom(EMPTY, "en"), name: "  " }).display_name).toBeNull();
});
