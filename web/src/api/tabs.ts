import { MutationCache, type QueryClient } from "@tanstack/react-query";

const NAME = "trailwright.changed";

/** Tells the other tabs of this browser about every change made in this one. */
export function tellingMutations(): MutationCache {
  const channel = open();
  return new MutationCache({ onSuccess: () => channel?.postMessage("changed") });
}

/** What another tab has changed is asked for again here, as far as it is in sight. */
export function hearOtherTabs(client: QueryClient): void {
  const channel = open();
  if (channel) channel.onmessage = () => void client.invalidateQueries();
}

function open(): BroadcastChannel | null {
  return "BroadcastChannel" in globalThis ? new BroadcastChannel(NAME) : null;
}
