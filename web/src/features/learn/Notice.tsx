import type { ReactNode } from "react";

const TONES = {
  ochre: "border-ochre bg-ochre-wash",
  rust: "border-rust bg-rust-wash",
  lake: "border-lake bg-lake-wash",
  moss: "border-moss bg-moss-wash",
} as const;

/** Something to know before going on; the tone repeats what the words say. */
export function Notice({
  tone,
  children,
  role,
}: {
  tone: keyof typeof TONES;
  children: ReactNode;
  role?: "alert" | "status";
}) {
  return (
    <div
      role={role}
      className={`flex flex-wrap items-center gap-x-4 gap-y-2 rounded-e-lg border-s-[3px] px-4 py-2.5 ${TONES[tone]}`}
    >
      {children}
    </div>
  );
}
