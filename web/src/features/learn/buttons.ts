const BASE =
  "inline-flex min-h-11 items-center justify-center gap-2 rounded-lg px-4 py-2 text-center font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-60";

/** The one thing to do here. */
export const PRIMARY = `${BASE} bg-moss text-on-moss hover:bg-[color-mix(in_oklab,var(--moss)_88%,var(--ink))]`;

/** Another thing that can be done here. */
export const SECONDARY = `${BASE} border border-edge bg-sheet hover:bg-moss-wash`;

/** Something that can be done, and is out of the way. */
export const QUIET = `${BASE} text-soft hover:bg-moss-wash hover:text-ink`;
