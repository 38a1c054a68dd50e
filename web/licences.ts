import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** A library or a font of which something is in the built app. */
export interface Shipped {
  name: string;
  version: string;
  /** As its package says it, an SPDX expression; else the first line of the licence. */
  licence: string;
  /** The licence file, word for word; empty where the package has none. */
  text: string;
}

const FILE = /^(licen[cs]e|copying|ofl)([.-].*)?$/i;

/** Writes `licences.json` beside the app: every package of which a module or a file was taken into it. */
export function licences(): Plugin {
  return {
    name: "licences",
    apply: "build",
    generateBundle(_options, bundle) {
      const taken = Object.values(bundle).flatMap((one) =>
        one.type === "chunk" ? Object.keys(one.modules) : one.originalFileNames,
      );
      const folders = new Set(taken.map(packageOf).filter((one) => one !== null));
      const found = new Map([...folders].map(shipped).map((one) => [`${one.name} ${one.version}`, one]));
      const sorted = [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
      this.emitFile({ type: "asset", fileName: "licences.json", source: JSON.stringify(sorted) });
    },
  };
}

/** The folder of the package that a file belongs to; null for the app's own. */
function packageOf(file: string): string | null {
  const plain = file.replace(/^\0+/, "").replace(/[?#].*$/, "");
  const inside = plain.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1];
  return inside && existsSync(join(inside, "package.json")) ? inside : null;
}

function shipped(folder: string): Shipped {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => FILE.test(one));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
  const said = typeof license === "string" ? license : license?.type;
  return { name, version, licence: said ?? text.split("\n")[0] ?? "", text };
}
