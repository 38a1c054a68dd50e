import { useState } from "react";
import type { ContentType } from "../../api/types";
import { type Place, useOrder, type Wish } from "./queries";

/** Ordering one item anew. It outlives what is shown of the item, which changes with the click. */
export interface Ordering {
  /** A task that works on this roadmap now. */
  taskId: string | undefined;
  send: (wish?: Wish) => void;
  isPending: boolean;
  /** The last order was taken. */
  asked: boolean;
  error: unknown;
  wishing: boolean;
  openWish: () => void;
  closeWish: () => void;
}

export function useOrdering(place: Place, contentType: ContentType, taskId: string | undefined): Ordering {
  const order = useOrder();
  const [wishing, setWishing] = useState(false);
  return {
    taskId,
    send: (wish) =>
      order.mutate({ ...place, contentType, ...(wish && { wish }) }, { onSuccess: () => setWishing(false) }),
    isPending: order.isPending,
    asked: order.isSuccess,
    error: order.error,
    wishing,
    openWish: () => {
      order.reset();
      setWishing(true);
    },
    closeWish: () => setWishing(false),
  };
}
