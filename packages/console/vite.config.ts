import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  build: {
    target: "es2022",
    assetsDir: "assets",
    emptyOutDir: true,
    // Its polyfill would be a script for browsers that cannot show the page's colours anyway.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
