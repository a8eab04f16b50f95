import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const backend = process.env["CARDINAL_BACKEND"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  // Django serves dist/ at the root, so that the hashed files are found at /assets/.
  base: "/",
  build: {
    outDir: "dist",
    assetsDir: "assets",
    emptyOutDir: true,
    target: "es2023",
    sourcemap: false,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": { target: backend },
      "/healthz": { target: backend },
      "/readyz": { target: backend },
      "/ws": { target: backend, ws: true },
    },
  },
});
