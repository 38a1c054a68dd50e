/** The three items of a concept, by their kind. Pure. */

import type { Concept, ContentType, Fault, ItemStatus } from "../../api/types";

export function statusField(type: ContentType): "content_status" | "resources_status" | "quiz_status" {
  switch (type) {
    case "tutorial":
      return "content_status";
    case "resources":
      return "resources_status";
    case "quiz":
      return "quiz_status";
    default:
      return type satisfies never;
  }
}

export interface Item {
  status: ItemStatus;
  error: Fault | undefined;
  /** A version can be read, whatever the status. */
  readable: boolean;
}

/** What is there of a concept, whoever reads it. */
type Parts = Pick<
  Concept,
  "content_status" | "resources_status" | "quiz_status" | "tutorial_id" | "resources_id" | "quiz_id"
> &
  Partial<Pick<Concept, "content_error" | "resources_error" | "quiz_error">>;

export function itemOf(concept: Parts, type: ContentType): Item {
  switch (type) {
    case "tutorial":
      return item(concept.content_status, concept.content_error, concept.tutorial_id);
    case "resources":
      return item(concept.resources_status, concept.resources_error, concept.resources_id);
    case "quiz":
      return item(concept.quiz_status, concept.quiz_error, concept.quiz_id);
    default:
      return type satisfies never;
  }
}

function item(status: ItemStatus, error: Fault | null | undefined, id: string | null): Item {
  return { status, error: error ?? undefined, readable: id !== null };
}
