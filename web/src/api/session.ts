/** Whether somebody is signed in, as the server's refusals tell it; who cares says so once. */

type Heard = () => void;

let heard: Heard | undefined;

/** `tell` is called whenever an answer says that nobody is signed in any more. */
export function onSignedOut(tell: Heard): void {
  heard = tell;
}

export function signedOut(): void {
  heard?.();
}

/** Answers of these say who may not sign in, not that nobody is. */
const SIGNING_IN = /\/api\/v1\/auth\/(login|logout|register|options|reset|invite)\b/;

export function saysSignedOut(path: string, status: number): boolean {
  return status === 401 && !SIGNING_IN.test(path);
}

/** Pages that need nobody: where one signs in, and what is shared by link. */
const OPEN_PAGE = /^\/(login|register|reset|shared)(\/|$)/;

export function isOpenPage(pathname: string): boolean {
  return OPEN_PAGE.test(pathname);
}

/** Only a path of this app: whatever else an address asks for leads to the first page. */
export function safeNext(next: string | undefined, origin: string): string {
  if (!next?.startsWith("/") || !URL.canParse(next, origin)) return "/";
  const to = new URL(next, origin);
  return to.origin === origin && !isOpenPage(to.pathname) ? `${to.pathname}${to.search}${to.hash}` : "/";
}
