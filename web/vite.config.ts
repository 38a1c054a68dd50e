import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { licences } from "./licences";

// Where `npm run dev` finds the product: `trailwright up`.
const server = process.env.TRAILWRIGHT_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), tailwindcss(), licences()],
  build: {
    outDir: "../src/trailwright/web_dist",
    emptyOutDir: true,
    assetsInlineLimit: (file) => (/\.(woff2?|ttf)$/.test(file) ? false : undefined), // font-src is 'self'
    chunkSizeWarningLimit: 1500, // Mermaid's parts; none of them is in the first load
  },
  // Only the page names its files from the root, and the server puts that below a path where there is one.
  experimental: {
    renderBuiltUrl: (_file, { hostType }) => (hostType === "html" ? undefined : { relative: true }),
  },
  server: {
    // The API answers only to its own origin, so the proxy speaks as it.
    proxy: { "/api": { target: server, changeOrigin: true, ws: true, headers: { origin: server } } },
  },
  test: { environment: "jsdom", include: ["tests/**/*.test.{ts,tsx}", "src/**/*.test.{ts,tsx}"] },
});
