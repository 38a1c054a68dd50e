/** Where a generated text may point. Pure. */

export interface Link {
  href: string;
  /** Leaves this app, so it opens beside it. */
  outside: boolean;
}

const LINKS = new Set(["http:", "https:", "mailto:"]);
const CONTROL = /[\p{Cc}\p{Cf}\s]/gu;

/** A link that may be followed, or nothing. `origin` is the app's own, e.g. `http://127.0.0.1:8000`. */
export function safeLink(href: string | undefined, origin: string): Link | undefined {
  if (!href) return undefined;
  if (href.startsWith("#")) return { href, outside: false };
  const url = parsed(href, origin);
  if (!url || !LINKS.has(url.protocol) || url.username || url.password) return undefined;
  return { href: url.href, outside: url.origin !== origin };
}

/** An image of this installation, or nothing: others would tell their server who reads what. */
export function safeImage(src: string | undefined, origin: string): string | undefined {
  const url = src ? parsed(src, origin) : undefined;
  return url && url.origin === origin && url.protocol.startsWith("http") ? url.href : undefined;
}

function parsed(address: string, origin: string): URL | undefined {
  const plain = address.replace(CONTROL, "");
  return URL.canParse(plain, origin) ? new URL(plain, origin) : undefined;
}
