/** Pieces of the app's own code and words, which are fetched when they are needed first. */

import { useSyncExternalStore } from "react";
import { at } from "../api/base";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;
/** So often a piece may fail although the server answers. */
const CHANCES = 3;

let lacking = 0;
const watchers = new Set<() => void>();

function lack(by: 1 | -1): void {
  lacking += by;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Whether something is waited for that has not come: the person may be told. */
export function useLacking(): boolean {
  return useSyncExternalStore(watch, () => lacking > 0);
}

/**
 * What `read` fetches, asked for until it comes: a page that was opened while the network was away opens when it is
 * back, and what was open until then stays. Rejects only while the server answers: then it has another version by
 * now, and the whole app is to be loaded anew.
 */
export async function fetched<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch {
    lack(1);
    return await fetchedLater(read).finally(() => lack(-1));
  }
}

async function fetchedLater<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    await pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries));
    try {
      await restyled();
      return await read();
    } catch (error) {
      if (tries >= CHANCES && (await isServed())) throw error;
    }
  }
}

/** Until the time is over, or the network is back. */
function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      done();
    };
    const timer = setTimeout(end, ms);
    addEventListener("online", end);
  });
}

/** A style sheet that failed once is not asked for again by whoever loads the code that needs it. */
async function restyled(): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')];
  await Promise.all(links.filter((link) => link.sheet === null).map(replaced));
}

function replaced(link: HTMLLinkElement): Promise<void> {
  return new Promise((done, failed) => {
    const again = document.createElement("link");
    again.rel = "stylesheet";
    again.crossOrigin = link.crossOrigin;
    again.onload = () => done();
    again.onerror = failed;
    again.href = link.href;
    link.replaceWith(again);
  });
}

async function isServed(): Promise<boolean> {
  try {
    return (await fetch(at("/api/v1/health/live"), { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
