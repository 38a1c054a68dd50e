import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { ModelPart } from "./ModelPart";
import { CoversPart, LimitsPart, SearchPart } from "./OtherParts";
import { settingsQuery } from "./server";

/** What the server is set to: the same for all who use it. */
export function ServerParts() {
  const settings = useQuery(settingsQuery());
  const here = settings.data !== undefined;
  useEffect(() => {
    // The place an address points at (/settings#model) comes with the answer, after the browser looked for it.
    if (here && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, [here]);
  if (settings.data) {
    return (
      <>
        <ModelPart settings={settings.data} />
        <SearchPart settings={settings.data} />
        <CoversPart settings={settings.data} />
        <LimitsPart settings={settings.data} />
      </>
    );
  }
  return (
    <div className="border-line border-t py-8">
      {settings.isError ? (
        <Problem error={settings.error} onRetry={() => void settings.refetch()} />
      ) : (
        <Bars lines={8} />
      )}
    </div>
  );
}
