import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "../../api/queries";
import type { Cover } from "../../api/types";
import { Cover as MapPiece } from "../../ui/Cover";
import { CoverActions } from "./CoverActions";
import { coverQuery, isOnItsWay, known, sourcesOf } from "./cover";

interface Props {
  /** As a list, a roadmap or an event tells it. */
  cover: Cover;
  /** How wide it is shown, as in `<img sizes>`. */
  sizes?: string;
  /** With the menu: another one, one's own; and whom to thank. */
  editable?: boolean;
  className?: string;
}

/** A roadmap's picture, always 16 : 9, so nothing moves when it comes or changes. */
export function RoadmapCover({ cover, sizes = "100vw", editable = false, className = "" }: Props) {
  const shown = useCover(cover);
  return (
    <div className={`relative aspect-video overflow-hidden rounded-lg bg-moss-wash ${className}`}>
      <Picture cover={shown} sizes={sizes} />
      {isOnItsWay(shown) ? <OnItsWay /> : null}
      {editable ? <CoverActions cover={shown} /> : null}
    </div>
  );
}

/** The newest that is known of a cover; pages that show roadmaps follow when it changes. */
function useCover(told: Cover): Cover {
  const client = useQueryClient();
  const query = useQuery({
    ...coverQuery(told.roadmap_id),
    initialData: told,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { roadmap_id, status, url } = told;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is told counts when it says something new
  useEffect(() => known(client, told), [client, roadmap_id, status, url]);
  const shown = query.data;
  useEffect(() => {
    if (isOnItsWay(shown) || shown.url === url) return;
    client.invalidateQueries({ queryKey: keys.roadmaps() });
    client.invalidateQueries({ queryKey: keys.roadmap(roadmap_id), exact: true });
  }, [client, shown, url, roadmap_id]);
  return shown;
}

export function Picture({ cover, sizes }: { cover: Cover; sizes: string }) {
  const sources = sourcesOf(cover);
  const fill = "absolute inset-0 size-full object-cover";
  if (!sources) return <MapPiece cover={cover} className={fill} />;
  return (
    <img
      key={sources.src}
      {...sources}
      sizes={sizes}
      width={1600}
      height={900}
      alt={cover.alt}
      loading="lazy"
      decoding="async"
      className={fill}
    />
  );
}

function OnItsWay() {
  const { t } = useTranslation("covers");
  return (
    <p
      role="status"
      className="absolute bottom-2 start-2 rounded-md bg-sheet px-2 py-1 text-soft text-sm shadow-float"
    >
      {t("onItsWay")}
    </p>
  );
}
