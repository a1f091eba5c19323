import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  // Whatever NODE_ENV says: tests and `npm start` share what is built.
  oxc: { jsx: { development: false, runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    assetsDir: "assets",
    emptyOutDir: true,
    // Its polyfill would be a script for browsers that cannot show the page's colours anyway.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
