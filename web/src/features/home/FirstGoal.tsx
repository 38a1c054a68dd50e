import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePageTitle } from "../../app/Page";
import { Button } from "../../ui/Button";
import { ModelGate } from "../firstrun/ModelGate";
import { Featured } from "../share/Featured";

const EXAMPLES = ["one", "two", "three"] as const;

/** The first thing a new person sees: one field and three examples. */
export function FirstGoal() {
  const { t } = useTranslation("home");
  const heading = usePageTitle(t("first"));
  const navigate = useNavigate();
  const [goal, setGoal] = useState("");
  return (
    <div className="relative flex flex-1 items-center overflow-hidden">
      <Hills />
      <div className="relative mx-auto w-full max-w-2xl px-4 py-12 sm:px-6 sm:py-20">
        <h1
          ref={heading}
          tabIndex={-1}
          className="mb-3 font-serif text-[2rem] leading-tight sm:text-[2.75rem]"
        >
          {t("first")}
        </h1>
        <p className="mb-8 text-base text-soft">{t("firstNote")}</p>
        <form
          className="flex flex-col gap-2 sm:flex-row"
          onSubmit={(event) => {
            event.preventDefault();
            void navigate({ to: "/new", search: goal.trim() ? { goal: goal.trim() } : {} });
          }}
        >
          <input
            aria-label={t("firstField")}
            value={goal}
            maxLength={2000}
            onChange={(event) => setGoal(event.target.value)}
            className="min-h-13 flex-1 rounded-lg border border-edge bg-sheet px-4 text-base"
          />
          <Button type="submit" look="primary" className="min-h-13 px-6 text-base">
            {t("firstGo")}
          </Button>
        </form>
        <h2 className="mt-8 mb-2 text-soft text-xs">{t("examplesTitle")}</h2>
        <ul className="flex flex-col items-start gap-2">
          {EXAMPLES.map((example) => (
            <li key={example}>
              <button
                type="button"
                onClick={() => void navigate({ to: "/new", search: { goal: t(`examples.${example}`) } })}
                className="min-h-10 rounded-lg border border-line bg-sheet px-4 py-2 text-start hover:border-moss hover:bg-moss-wash"
              >
                {t(`examples.${example}`)}
              </button>
            </li>
          ))}
        </ul>
        <div className="mt-12">
          <ModelGate />
        </div>
        <Featured className="mt-12" />
      </div>
    </div>
  );
}

/** Contour lines behind it all, hardly there. */
export function Hills() {
  return (
    <svg
      viewBox="0 0 1200 700"
      preserveAspectRatio="xMidYMid slice"
      className="absolute inset-0 size-full"
      fill="none"
      stroke="var(--moss)"
      aria-hidden="true"
    >
      {Array.from({ length: 11 }, (_, ring) => ring + 1).map((ring) => (
        <path
          key={ring}
          strokeOpacity={0.05 + ring * 0.008}
          d={`M${980 - ring * 46} 0c${-20 - ring * 6} 120 ${60 + ring * 4} 230 ${-30 - ring * 9} 340s${50} 240 ${-40 - ring * 7} 380`}
        />
      ))}
    </svg>
  );
}
