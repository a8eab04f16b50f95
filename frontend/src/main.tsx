import "@fontsource-variable/inter";
import "@mantine/core/styles.layer.css";
import "./app/theme/tokens.css";
import "./app/theme/global.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/App";
import { guardUnload } from "./app/uploads/uploads";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root.");

guardUnload(window);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
