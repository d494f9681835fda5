import { defineConfig } from "vite";

// What makes a page cross-origin isolated, so that threads may share memory.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({ server: { headers }, preview: { headers } });
