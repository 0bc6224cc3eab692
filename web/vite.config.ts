import { defineConfig } from "vite";

export default defineConfig({
  // The page may live under a path prefix that nobody knows when it is built.
  base: "./",
  build: {
    target: "es2022",
    // Nothing inline: the content security policy allows files of our own, and no `data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
