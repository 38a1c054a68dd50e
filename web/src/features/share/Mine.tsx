import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button, buttonLook } from "../../ui/Button";
import { useWords } from "../../ui/words";
import { meQuery } from "../login/session";
import { type SharedRoadmap, useCopy } from "./server";

/** What a reader can do with a shared roadmap: have it for themself. The owner goes to their own. */
export function Mine({ roadmap }: { roadmap: SharedRoadmap }) {
  const { t } = useTranslation("share");
  const words = useWords();
  const navigate = useNavigate();
  const here = useRouterState({ select: (state) => state.location.href });
  const me = useQuery({ ...meQuery(), retry: false });
  const copy = useCopy();
  if (roadmap.is_mine && roadmap.owner_roadmap_id) {
    return (
      <Link
        to="/roadmap/$roadmapId"
        params={{ roadmapId: roadmap.owner_roadmap_id }}
        className={buttonLook("primary")}
      >
        {t("mine")}
      </Link>
    );
  }
  if (!me.data) {
    return (
      <Link to="/login" search={{ next: here }} className={buttonLook("primary")}>
        {t("signInToCopy")}
      </Link>
    );
  }
  return (
    <div>
      <Button
        look="primary"
        busy={copy.isPending}
        onClick={() =>
          copy.mutate(roadmap.token, {
            onSuccess: ({ roadmap_id: roadmapId }) =>
              void navigate({ to: "/roadmap/$roadmapId", params: { roadmapId } }),
          })
        }
      >
        {t("copyToMine")}
      </Button>
      {copy.isError ? (
        <p role="alert" className="mt-2 text-rust">
          {words.refusal(copy.error)}
        </p>
      ) : null}
    </div>
  );
}
