import { useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";

import type { Project } from "../../api/types";
import { chordsOf } from "../../engine/chords";
import { keys } from "../data/queries";
import { usePreference } from "../data/usePreference";
import { keysOf } from "./bindings";
import { offer } from "./offer";
import { PALETTE, type Site } from "./siteCommands";

const PaletteNow = lazy(() => import("./PaletteNow"));

/** The palette, on every page of somebody who is signed in; its parts are loaded when it is first asked for. */
export function CommandHost() {
  const { pathname } = useLocation();
  // Another page closes it.
  const [openedAt, setOpenedAt] = useState<string | null>(null);
  const opened = openedAt === pathname;
  const before = useRef<Element | null>(null);
  const site = useSite();
  const open = (): void => {
    before.current = document.activeElement;
    setOpenedAt(pathname);
  };
  const close = (): void => {
    setOpenedAt(null);
    if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
  };
  useEffect(() => offer.openedBy(open));
  usePaletteKey(opened ? close : open);
  return (
    <>
      <Outlet />
      {opened ? (
        <Suspense fallback={null}>
          <PaletteNow site={site} onClose={close} />
        </Suspense>
      ) : null}
    </>
  );
}

function useSite(): Site {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { setColorScheme } = useMantineColorScheme();
  const { projectId } = useParams({ strict: false });
  return useMemo(() => {
    const project = projectId === undefined ? undefined : cache.getQueryData<Project>(keys.project(Number(projectId)));
    return {
      project: project === undefined ? null : { id: project.id, role: project.role },
      go: (path: string) => void navigate({ href: path }),
      setScheme: setColorScheme,
    };
  }, [navigate, cache, setColorScheme, projectId]);
}

/** Also while one types; but a dialog that waits for an answer keeps the keyboard. */
function usePaletteKey(toggle: () => void): void {
  const chosen = usePreference("keymap");
  const latest = useRef(toggle);
  useEffect(() => {
    latest.current = toggle;
  });
  useEffect(() => {
    const mine = new Set(keysOf(PALETTE, chosen));
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || !chordsOf(event).some((chord) => mine.has(chord))) return;
      const dialog = document.querySelector("[aria-modal='true']");
      if (dialog !== null && !dialog.contains(document.querySelector("[role='combobox'][aria-expanded='true']"))) return;
      event.preventDefault();
      if (!event.repeat) latest.current();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [chosen]);
}
