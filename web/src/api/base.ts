/** Where this app is on its host: below a path of another site, if the server says so, else at the root. */

const said = document.querySelector<HTMLMetaElement>('meta[name="trailwright-base"]');

/** Such as `/learn`; empty at the root. */
export const base = said?.content ?? "";

// Who came by another way than the proxy's, as on the server's own machine, goes on below the path.
if (!`${location.pathname}/`.startsWith(`${base}/`)) {
  const here = base + location.pathname + location.search + location.hash;
  history.replaceState(history.state, "", here);
}

/** A path of this installation, as a browser asks for it; any other address stays what it is. */
export function at(address: string): string {
  return address.startsWith("/") && !address.startsWith("//") ? base + address : address;
}
