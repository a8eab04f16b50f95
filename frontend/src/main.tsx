import "@fontsource-variable/inter";
// Before the components' styles: its first line puts the layers in order.
import "./app/theme/global.css";
import "./app/theme/tokens.css";
import "@mantine/core/styles.layer.css";

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
