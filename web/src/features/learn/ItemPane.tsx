import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Concept, ContentType } from "../../api/types";
import { useKeptFocus } from "../../ui/useKeptFocus";
import { AnewDialog, Refused } from "./Anew";
import { Beside, NotReadable, Writing } from "./ItemState";
import { itemOf } from "./items";
import { type Ordering, useOrdering } from "./ordering";
import type { Place } from "./queries";

interface Props {
  place: Place;
  concept: Concept;
  contentType: ContentType;
  taskId: string | undefined;
  /** What can be read, whatever is going on beside it. */
  children: (ordering: Ordering) => ReactNode;
}

/** One item of a concept: its content, what is going on with it, and how to have it made anew. */
export function ItemPane({ place, concept, contentType, taskId, children }: Props) {
  const { t } = useTranslation("common");
  const ordering = useOrdering(place, contentType, taskId);
  const [watching, setWatching] = useState(false);
  const box = useKeptFocus<HTMLDivElement>();
  const item = itemOf(concept, contentType);
  const props = { place, contentType, item, ordering };
  const watched = watching && item.status === "generating";
  return (
    <div ref={box} tabIndex={-1} className="space-y-6 outline-offset-8">
      <p role="status" className="sr-only">
        {`${t(`content.${contentType}`)}: ${t(`status.${item.status}`)}`}
      </p>
      {!ordering.wishing && <Refused ordering={ordering} />}
      {item.readable && <Beside {...props} watching={watching} onWatch={setWatching} />}
      {!item.readable && contentType === "tutorial" && concept.description && (
        <p className="max-w-[60ch] font-serif text-lg">{concept.description}</p>
      )}
      {item.readable ? watched ? <Writing {...props} /> : children(ordering) : <NotReadable {...props} />}
      {ordering.wishing && <AnewDialog contentType={contentType} ordering={ordering} />}
    </div>
  );
}
