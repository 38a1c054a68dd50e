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

/** Pages where one signs in. */
export function isDoor(pathname: string): boolean {
  return /^\/(login|register|reset)(\/|$)/.test(pathname);
}

/** Pages that need nobody: also what is shared by link. */
export function isOpenPage(pathname: string): boolean {
  return isDoor(pathname) || pathname.startsWith("/shared/");
}

/** Only a path of this app: whatever else an address asks for leads to the first page. */
export function safeNext(next: string | undefined, origin: string): string {
  if (!next?.startsWith("/") || !URL.canParse(next, origin)) return "/";
  const to = new URL(next, origin);
  return to.origin === origin && !isDoor(to.pathname) ? `${to.pathname}${to.search}${to.hash}` : "/";
}
