import { defineConfig } from "vite";

// Relative addresses only, so that the folder works as plain files on any host and under any path.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../../dist/demo",
    emptyOutDir: true,
    target: "es2022",
    // Fonts and pictures stay files: the page's content security policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
